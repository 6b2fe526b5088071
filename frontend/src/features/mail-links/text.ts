import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/mail-links';

register('mail-links', texts);
export const useText = () => useTranslation(['mail-links', 'common']).t;
