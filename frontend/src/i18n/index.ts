// The text catalogue. `common` is in the entry; each feature registers its own part with its chunk.
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import common from './en/common';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  ns: ['common'],
  defaultNS: 'common',
  resources: { en: { common } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export function register(namespace: string, texts: object) {
  i18next.addResourceBundle('en', namespace, texts, true, true);
}

export const t = i18next.t.bind(i18next);

/** Texts that every page may use. */
export const useCommonText = () => useTranslation('common').t;
