import type { RegisterImport } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

export function ImportState({ state }: { state: RegisterImport['state'] }) {
  const t = useText();
  return (
    <StateTag tone={state === 'failed' ? 'bad' : 'good'} icon={state === 'failed' ? 'alert' : 'check'}>
      {t(`importState.${state}`)}
    </StateTag>
  );
}
