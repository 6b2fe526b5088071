import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/grants';

register('grants', texts);
export const useText = () => useTranslation(['grants', 'common']).t;
