import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/terms-admin';

register('terms-admin', texts);
export const useText = () => useTranslation(['terms-admin', 'common']).t;
