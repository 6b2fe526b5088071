import type { ReportDelivery } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

const LOOK = {
  waiting: ['quiet', 'pending'],
  delivered: ['good', 'check'],
  skipped_empty: ['quiet', 'info'],
  failed: ['bad', 'alert'],
} as const;

/** What became of a delivery. */
export function Outcome({ delivery }: { delivery: ReportDelivery }) {
  const t = useText();
  const [tone, icon] = LOOK[delivery.state];
  return (
    <StateTag tone={tone} icon={icon}>
      {t(`delivery.${delivery.state}`)}
    </StateTag>
  );
}
