import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/reviews';

register('reviews', texts);
export const useText = () => useTranslation(['reviews', 'common']).t;
