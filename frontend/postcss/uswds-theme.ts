// Turns the fixed colours that USWDS compiles to into CSS variables, so that a second sheet can
// recolour them for the dark theme. Works on the USWDS sheet only.
import type { Plugin } from 'postcss';

/** Hex value → name of the USWDS token it stands for. */
const TOKENS: Record<string, string> = {
  '#fff': 'white',
  '#ffffff': 'white',
  '#000': 'black',
  '#1b1b1b': 'ink',
  '#3d4551': 'base-darker',
  '#565c65': 'base-dark',
  '#71767a': 'base',
  '#a9aeb1': 'base-light',
  '#dfe1e2': 'base-lighter',
  '#f0f0f0': 'base-lightest',
  '#454545': 'disabled-darker',
  '#757575': 'disabled-dark',
  '#919191': 'gray-40',
  '#c9c9c9': 'disabled',
  '#e6e6e6': 'disabled-lighter',
  '#005ea2': 'primary',
  '#1a4480': 'primary-dark',
  '#162e51': 'primary-darker',
  '#54278f': 'visited',
  '#2491ff': 'focus',
  '#d83933': 'secondary',
  '#b50909': 'error-dark',
  '#8b0a03': 'secondary-darker',
  '#d54309': 'error',
  '#f4e3db': 'error-lighter',
  '#e7f6f8': 'info-lighter',
  '#faf3d1': 'warning-lighter',
  '#ecf3ec': 'success-lighter',
  '#97d4ea': 'accent-cool-light',
};

const role = (prop: string) =>
  /^(background|fill)/.test(prop) ? 'bg' : /border|outline|box-shadow/.test(prop) ? 'bd' : 'fg';

export const uswdsTheme = (): Plugin => ({
  postcssPlugin: 'uswds-theme',
  Declaration(d) {
    const file = d.source?.input.file ?? '';
    if (!/uswds\.scss|@uswds/.test(file) || d.prop.startsWith('--')) return;
    if (!/#|\bwhite\b/.test(d.value) || d.value.includes('var(--u-') || /url\(/.test(d.value)) return;
    const value = d.value
      .replace(/(^|[\s,])white(?=$|[\s,])/g, '$1#fff')
      .replace(/#[0-9a-fA-F]{3,6}\b/g, (hex) => {
        const token = TOKENS[hex.toLowerCase()];
        return token ? `var(--u-${role(d.prop)}-${token},${hex})` : hex;
      });
    if (value !== d.value) d.value = value;
  },
});
