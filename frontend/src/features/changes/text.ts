import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/changes';

register('changes', texts);
export const useText = () => useTranslation(['changes', 'common']).t;
