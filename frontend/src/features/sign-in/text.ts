import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/sign-in';

register('sign-in', texts);
export const useText = () => useTranslation(['sign-in', 'common']).t;
