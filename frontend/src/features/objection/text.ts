import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/objection';

register('objection', texts);
export const useText = () => useTranslation(['objection', 'common']).t;
