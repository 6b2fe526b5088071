import type { ReportRunState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<ReportRunState, [Tone, IconName]> = {
  queued: ['quiet', 'pending'],
  running: ['info', 'clock'],
  writing: ['info', 'clock'],
  done: ['good', 'check'],
  failed: ['bad', 'alert'],
  cancelled: ['quiet', 'stop'],
  expired: ['quiet', 'history'],
};

export const isOpen = (state: ReportRunState) =>
  state === 'queued' || state === 'running' || state === 'writing';

export function RunTag({ state }: { state: ReportRunState }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[state][0]} icon={LOOK[state][1]}>
      {t(`state.${state}`)}
    </StateTag>
  );
}
