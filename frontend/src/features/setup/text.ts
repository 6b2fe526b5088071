import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/setup';

register('setup', texts);
export const useText = () => useTranslation(['setup', 'common']).t;
