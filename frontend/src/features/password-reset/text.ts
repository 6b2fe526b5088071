import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/password-reset';

register('password-reset', texts);
export const useText = () => useTranslation(['password-reset', 'common']).t;
