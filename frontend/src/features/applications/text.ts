import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/applications';

register('applications', texts);
export const useText = () => useTranslation(['applications', 'common']).t;
