import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/api-clients';

register('api-clients', texts);
export const useText = () => useTranslation(['api-clients', 'common']).t;
