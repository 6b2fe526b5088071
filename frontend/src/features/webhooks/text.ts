import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/webhooks';

register('webhooks', texts);
export const useText = () => useTranslation(['webhooks', 'common']).t;
