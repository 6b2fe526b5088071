import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/claims';

register('claims', texts);
export const useText = () => useTranslation(['claims', 'common']).t;
