import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/support';

register('support', texts);
export const useText = () => useTranslation(['support', 'common']).t;
