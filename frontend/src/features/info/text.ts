import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/access';

register('access', texts);
export const useText = () => useTranslation(['access', 'common']).t;
