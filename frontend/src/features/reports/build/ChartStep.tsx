import { Button } from '../../../ui/Button';
import { suggestChart } from '../cells';
import { type ChartView, type Column, chartOf, isField, isFigure, type ViewKind } from '../definition';
import { Choice, Words } from './controls';
import { fieldOf } from './parts';
import type { StepProps } from './Step';
import { useText } from './text';
import { useLabel } from './useLabel';

const KINDS: ViewKind[] = ['bar', 'stacked', 'line', 'area', 'pie', 'number'];

/** The picture, what it is called, and what it says in a sentence. */
export function ChartStep({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const chart = chartOf(definition);
  if (!chart) {
    const known = definition.columns.map((column) => ({
      id: column.id,
      label: labelOf(column),
      kind: fieldOf(subject, column)?.kind ?? ('decimal' as const),
    }));
    const suggestion = suggestChart(definition, known);
    if (!suggestion) return <p>{t('noSuggestion')}</p>;
    return (
      <Button kind="secondary" onClick={() => act({ type: 'chart', chart: suggestion })}>
        {t('suggest')}
      </Button>
    );
  }
  const shown = definition.columns.filter((one) => !one.hidden);
  const amounts = shown.filter(isFigure);
  const fields = shown.filter((one) => isField(one) && one.id !== definition.pivot?.col);
  const set = (next: ChartView) => act({ type: 'chart', chart: next });
  const option = (one: Column) => ({ value: one.id, label: labelOf(one) });
  return (
    <>
      <div className="qm-sentence">
        <Choice
          label={t('kindLabel')}
          value={chart.kind}
          options={KINDS.filter((kind) => kind === 'number' || fields.length > 0).map((value) => ({
            value,
            label: t(`kind.${value}`),
          }))}
          onChange={(value) => {
            const kind = value as ViewKind;
            const { x, series, ...rest } = chart;
            const along = x ?? fields[0]?.id;
            set({
              ...rest,
              kind,
              ...(kind !== 'number' && along ? { x: along } : {}),
              ...(series && kind !== 'number' && kind !== 'pie' ? { series } : {}),
            });
          }}
        />
        {chart.kind === 'number' ? null : (
          <Choice
            label={t('along')}
            value={chart.x ?? ''}
            options={fields.map(option)}
            onChange={(x) => set({ ...chart, x })}
          />
        )}
        <Choice
          label={t('amount')}
          value={chart.y[0] ?? ''}
          options={amounts.map(option)}
          onChange={(y) => set({ ...chart, y: [y] })}
        />
        {chart.kind === 'number' || chart.kind === 'pie' ? null : (
          <Choice
            label={t('series')}
            value={chart.series ?? ''}
            options={[
              { value: '', label: t('noSeries') },
              ...fields.filter((one) => one.id !== chart.x).map(option),
            ]}
            onChange={(series) => {
              const { series: _, ...rest } = chart;
              set(series ? { ...rest, series } : rest);
            }}
          />
        )}
      </div>
      <Words
        label={t('chartTitle')}
        value={chart.title}
        error={chart.title.trim() ? undefined : t('missing.chart')}
        onChange={(title) => set({ ...chart, title })}
      />
      <Words
        label={t('chartSummary')}
        hint={t('chartSummaryHint')}
        error={chart.summary.trim() ? undefined : t('missing.chart')}
        value={chart.summary}
        lines={2}
        onChange={(summary) => set({ ...chart, summary })}
      />
      <div className="qm-actions">
        <Button kind="secondary" small onClick={() => act({ type: 'chart', chart: null })}>
          {t('noChart')}
        </Button>
      </div>
    </>
  );
}
