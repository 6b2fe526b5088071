import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/companies';

register('companies', texts);
export const useText = () => useTranslation(['companies', 'common']).t;
