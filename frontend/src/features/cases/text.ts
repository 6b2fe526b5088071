import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/cases';

register('cases', texts);
export const useText = () => useTranslation(['cases', 'common']).t;
