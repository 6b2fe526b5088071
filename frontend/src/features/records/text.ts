import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/records';

register('records', texts);
export const useText = () => useTranslation(['records', 'common']).t;
