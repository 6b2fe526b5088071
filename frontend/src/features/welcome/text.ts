import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/welcome';

register('welcome', texts);
export const useText = () => useTranslation(['welcome', 'common']).t;
