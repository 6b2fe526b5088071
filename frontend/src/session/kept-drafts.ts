// Drafts that are too long for the address of their page. They stay in the tab, and go when the person signs out.
const PREFIX = 'draft ';

export function keep(path: string, text: string) {
  try {
    sessionStorage.setItem(PREFIX + path, text);
  } catch {
    // Without storage a reload begins anew.
  }
}

export function kept(path: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + path);
  } catch {
    return null;
  }
}

export function forgetDrafts() {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was stored.
  }
}
