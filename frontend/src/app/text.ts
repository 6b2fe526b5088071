import { useTranslation } from 'react-i18next';
import { register } from '../i18n';
import shell from '../i18n/en/shell';

register('shell', shell);
export const useShellText = () => useTranslation(['shell', 'common']).t;
