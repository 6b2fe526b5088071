import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/first-sign-in';

register('first-sign-in', texts);
export const useText = () => useTranslation(['first-sign-in', 'common']).t;
