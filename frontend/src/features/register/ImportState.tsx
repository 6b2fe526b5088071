import type { RegisterImport } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<RegisterImport['state'], [Tone, IconName]> = {
  running: ['info', 'clock'],
  finished: ['good', 'check'],
  failed: ['bad', 'alert'],
};

export function ImportState({ state }: { state: RegisterImport['state'] }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[state][0]} icon={LOOK[state][1]}>
      {t(`importState.${state}`)}
    </StateTag>
  );
}
