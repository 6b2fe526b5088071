// Light, dark or the system's choice. The server keeps the choice on the account; this browser keeps a
// copy so that /theme.js can apply it before the first paint.
export type Theme = 'light' | 'dark' | 'system';
export type Density = 'comfortable' | 'compact';

export const isTheme = (value: string): value is Theme => ['light', 'dark', 'system'].includes(value);
export const isDensity = (value: string): value is Density => ['comfortable', 'compact'].includes(value);

const darkQuery = () => window.matchMedia('(prefers-color-scheme: dark)');

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice then holds until the page is left.
  }
}

export function applyTheme(theme: Theme) {
  write('qm.theme', theme);
  const dark = theme === 'dark' || (theme === 'system' && darkQuery().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function applyDensity(density: Density) {
  write('qm.density', density);
  document.documentElement.dataset.density = density;
}

export function followSystemTheme() {
  darkQuery().addEventListener('change', () => {
    const theme = read('qm.theme') ?? 'system';
    if (theme === 'system') applyTheme('system');
  });
}
