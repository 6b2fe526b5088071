// Brings the words for activities, identifiers and rights into the catalogue; import it for that effect.
import { register } from '.';
import trade from './en/trade';

register('common', trade);
