import { useTranslation } from 'react-i18next';
import { register } from '../../../i18n';
import texts from '../../../i18n/en/report-builder';
import reports from '../../../i18n/en/reports';

register('report-builder', texts);
register('reports', reports);
export const useText = () => useTranslation(['report-builder', 'reports', 'common']).t;
