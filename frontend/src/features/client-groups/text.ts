import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/client-groups';

register('client-groups', texts);
export const useText = () => useTranslation(['client-groups', 'common']).t;
