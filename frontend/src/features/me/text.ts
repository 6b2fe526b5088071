import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/me';

register('me', texts);
export const useText = () => useTranslation(['me', 'common']).t;
