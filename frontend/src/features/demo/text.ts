import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/demo';

register('demo', texts);
export const useText = () => useTranslation(['demo', 'common']).t;
