import { Toggle } from '../../../ui/Toggle';
import { isFigure } from '../definition';
import { Choice } from './controls';
import type { StepProps } from './Step';
import { useText } from './text';
import { useLabel } from './useLabel';

const TOPS = [3, 5, 10, 20, 50, 100];
const MOST_SORTED = 3;

/** The order of the rows, and how many of them. */
export function SortStep({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const sort = definition.sort ?? [];
  const { top } = definition;
  const amounts = definition.columns.filter(isFigure);
  const first = amounts[0];
  const option = (one: (typeof definition.columns)[number]) => ({ value: one.id, label: labelOf(one) });
  const places = [...sort, ...(sort.length < MOST_SORTED ? [null] : [])];
  return (
    <>
      {top
        ? null
        : places.map((one, at) => (
            <div className="qm-sentence" key={one?.col ?? 'next'}>
              <Choice
                label={t(at === 0 ? 'sortBy' : 'sortThen')}
                value={one?.col ?? ''}
                options={[
                  { value: '', label: at === 0 ? t('sortNone') : t('chooseField') },
                  ...definition.columns
                    .filter((column) => column.id === one?.col || !sort.some((two) => two.col === column.id))
                    .map(option),
                ]}
                onChange={(col) => act({ type: 'sort-at', at, col: col || null })}
              />
              {one ? (
                <Choice
                  label={t('direction')}
                  value={one.dir}
                  options={[
                    { value: 'asc', label: t('asc') },
                    { value: 'desc', label: t('desc') },
                  ]}
                  onChange={(dir) => act({ type: 'sort-dir', at, dir: dir as 'asc' })}
                />
              ) : null}
            </div>
          ))}
      {definition.mode === 'aggregate' && first ? (
        <div className="qm-sentence">
          <Choice
            label={t('top')}
            value={String(top?.n ?? '')}
            options={[
              { value: '', label: t('topAll') },
              ...[...new Set([...TOPS, ...(top ? [top.n] : [])])]
                .sort((a, b) => a - b)
                .map((n) => ({ value: String(n), label: String(n) })),
            ]}
            onChange={(n) =>
              act({
                type: 'top',
                top:
                  n === '' ? null : { col: top?.col ?? first.id, n: Number(n), others: top?.others ?? true },
              })
            }
          />
          {top ? (
            <>
              <Choice
                label={t('topBy')}
                value={top.col}
                options={amounts.map(option)}
                onChange={(col) => act({ type: 'top', top: { ...top, col } })}
              />
              <Toggle
                label={t('topOthers')}
                on={top.others}
                onChange={(others) => act({ type: 'top', top: { ...top, others } })}
              />
            </>
          ) : null}
        </div>
      ) : null}
      {definition.mode === 'aggregate' && first ? <p className="usa-hint">{t('topHint')}</p> : null}
    </>
  );
}
