import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/schedules';

register('schedules', texts);
export const useText = () => useTranslation(['schedules', 'common']).t;
