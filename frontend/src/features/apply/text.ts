import { useTranslation } from 'react-i18next';
import { register } from '../../i18n';
import '../../i18n/trade';
import texts from '../../i18n/en/apply';

register('apply', texts);
export const useText = () => useTranslation(['apply', 'common']).t;
