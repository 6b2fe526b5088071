import type { Column } from '../definition';
import { labelOf, type Subject } from './parts';
import { useText } from './text';

/** The heading of a column. */
export function useLabel(subject: Subject, columns: readonly Column[]) {
  const t = useText();
  return (column: Column) =>
    labelOf(subject, column, {
      different: (name) => t('different', { name }),
      calculated: t('calculated'),
      aggregate: (name, of) => t(`aggregated.${of}`, { name }),
      rank: (name) => t('ranked', { name }),
      share: (name) => t('shared', { name }),
      beside: (name, of) => t('besideName', { name, of }),
      columns,
    });
}
