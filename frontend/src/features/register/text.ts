import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/register';

register('register', texts);
export const useText = () => useTranslation(['register', 'common']).t;
