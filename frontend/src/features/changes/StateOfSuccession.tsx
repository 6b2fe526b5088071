import type { SuccessionState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<SuccessionState, [Tone, IconName]> = {
  proposed: ['info', 'pending'],
  accepted: ['info', 'clock'],
  waiting: ['info', 'clock'],
  completed: ['good', 'check'],
  declined: ['bad', 'stop'],
  withdrawn: ['quiet', 'stop'],
  objected: ['bad', 'stop'],
  rejected: ['bad', 'stop'],
  lapsed: ['quiet', 'stop'],
};

export function StateOfSuccession({ state, ready }: { state: SuccessionState; ready: boolean }) {
  const t = useText();
  const can = ready && (state === 'waiting' || state === 'accepted');
  return (
    <StateTag tone={can ? 'warn' : LOOK[state][0]} icon={can ? 'alert' : LOOK[state][1]}>
      {can ? t('ready') : t(`statesSuccession.${state}`)}
    </StateTag>
  );
}
