import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/company';

register('company', texts);
export const useText = () => useTranslation(['company', 'common']).t;
