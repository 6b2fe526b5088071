import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/reports';

register('reports', texts);
export const useText = () => useTranslation(['reports', 'common']).t;
