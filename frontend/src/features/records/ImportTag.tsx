import type { RecordImportState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<RecordImportState, [Tone, IconName]> = {
  queued: ['quiet', 'pending'],
  running: ['info', 'clock'],
  finished: ['good', 'check'],
  failed: ['bad', 'alert'],
  cancelled: ['quiet', 'stop'],
};

export function ImportTag({ state }: { state: RecordImportState }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[state][0]} icon={LOOK[state][1]}>
      {t(`importState.${state}`)}
    </StateTag>
  );
}
