import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/audit';

register('audit', texts);
export const useText = () => useTranslation(['audit', 'common']).t;
