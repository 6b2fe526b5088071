import type { ClaimState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<ClaimState, [Tone, IconName]> = {
  open: ['info', 'pending'],
  disputed: ['warn', 'alert'],
  released: ['good', 'check'],
  kept: ['quiet', 'stop'],
  withdrawn: ['quiet', 'stop'],
};

export function StateOfClaim({ state, overdue }: { state: ClaimState; overdue: boolean }) {
  const t = useText();
  const late = state === 'open' && overdue;
  return (
    <StateTag tone={late ? 'warn' : LOOK[state][0]} icon={late ? 'clock' : LOOK[state][1]}>
      {late ? t('overdue') : t(`states.${state}`)}
    </StateTag>
  );
}
