import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/clients';

register('clients', texts);
export const useText = () => useTranslation(['clients', 'common']).t;
