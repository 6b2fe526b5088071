import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/home';

register('home', texts);
export const useText = () => useTranslation(['home', 'common']).t;
