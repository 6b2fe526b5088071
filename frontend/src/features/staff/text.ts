import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/staff';

register('staff', texts);
export const useText = () => useTranslation(['staff', 'common']).t;
