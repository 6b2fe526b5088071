import type { FeeCheck } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<FeeCheck, [Tone, IconName]> = {
  fits: ['good', 'check'],
  differs: ['warn', 'alert'],
  unknown: ['quiet', 'info'],
};

export function FeeTag({ check }: { check: FeeCheck }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[check][0]} icon={LOOK[check][1]}>
      {t(`fee.${check}`)}
    </StateTag>
  );
}
