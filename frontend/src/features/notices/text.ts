import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/notices';

register('notices', texts);
export const useText = () => useTranslation(['notices', 'common']).t;
