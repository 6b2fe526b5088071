import type { ReportScheduleState } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

const LOOK = {
  active: ['good', 'check'],
  paused: ['warn', 'pending'],
  ended: ['quiet', 'info'],
} as const;

export function ScheduleTag({ state }: { state: ReportScheduleState }) {
  const t = useText();
  const [tone, icon] = LOOK[state];
  return (
    <StateTag tone={tone} icon={icon}>
      {t(`states.${state}`)}
    </StateTag>
  );
}
