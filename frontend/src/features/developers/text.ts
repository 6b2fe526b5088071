import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/developers';

register('developers', texts);
export const useText = () => useTranslation(['developers', 'common']).t;
