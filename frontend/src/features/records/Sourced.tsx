import type { SourcedDate } from '../../api/gen';
import { formatDate } from '../../app/format';
import { useText } from './text';

/** A date with where it comes from: reported, or computed by a rule. */
export function Dated({ value }: { value: SourcedDate | null | undefined }) {
  const t = useText();
  if (!value) return '–';
  return (
    <>
      {formatDate(value.date)} <span className="qm-muted qm-small">({t(value.source)})</span>
    </>
  );
}
