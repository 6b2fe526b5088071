import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/help';

register('help', texts);
export const useText = () => useTranslation(['help', 'common']).t;
