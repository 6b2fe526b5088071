import type { ApplicationState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<ApplicationState, [Tone, IconName]> = {
  draft: ['quiet', 'pending'],
  awaiting_code: ['info', 'mail'],
  not_confirmed: ['warn', 'alert'],
  claim_offered: ['warn', 'alert'],
  claim_filed: ['info', 'clock'],
  in_review: ['info', 'pending'],
  approved: ['good', 'check'],
  rejected: ['bad', 'stop'],
  withdrawn: ['quiet', 'stop'],
  expired: ['quiet', 'clock'],
};

export function StateOfApplication({ state }: { state: ApplicationState }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[state][0]} icon={LOOK[state][1]}>
      {t(`states.${state}`)}
    </StateTag>
  );
}
