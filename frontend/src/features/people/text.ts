import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import texts from '../../i18n/en/people';

register('people', texts);
export const useText = () => useTranslation(['people', 'common']).t;
