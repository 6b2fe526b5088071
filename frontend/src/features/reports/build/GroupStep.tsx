import { useState } from 'react';
import { Button } from '../../../ui/Button';
import { Toggle } from '../../../ui/Toggle';
import { MOST_BREAKS } from '../builder';
import { type Aggregate, type Column, isAmount, isField, isFigure } from '../definition';
import { Choice, Radios } from './controls';
import { bucketsOf, countable, periodsOf, ratioKind } from './parts';
import type { StepProps } from './Step';
import { useText } from './text';
import { useLabel } from './useLabel';

/** Whether rows are listed or added up, by what, and where totals stand. */
export function GroupStep({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const fields = definition.columns.filter(isField);
  const grouped = definition.mode === 'aggregate';
  const broken = new Set((definition.breaks ?? []).map((one) => one.col));
  const amounts = subject.members.filter(
    (one) =>
      one.measure && !definition.columns.some((column) => column.measure === one.id && !column.aggregate),
  );
  const counted = new Set(definition.columns.map((one) => one.distinct));
  return (
    <>
      <Radios
        label={t('modes')}
        value={definition.mode}
        options={[
          { value: 'detail', label: t('detail'), text: t('detailText') },
          { value: 'aggregate', label: t('aggregate'), text: t('aggregateText') },
        ]}
        onChange={(mode) => act({ type: 'mode', mode: mode as 'detail' })}
      />
      <div className="qm-sentence">
        {fields.map((column) => {
          const buckets = bucketsOf(subject, column);
          if (buckets.length === 0) return null;
          return (
            <Choice
              key={column.id}
              label={t('bucket', { name: labelOf(column) })}
              value={column.dim ?? ''}
              options={buckets.map((one) => ({ value: one.id, label: t(`bucketKind.${one.kind}`) }))}
              onChange={(dim) => act({ type: 'take-field', id: column.id, dim })}
            />
          );
        })}
      </div>
      {grouped ? (
        <>
          <div className="qm-sentence">
            {amounts.length > 0 ? (
              <Choice
                label={t('addAmount')}
                value=""
                options={[
                  { value: '', label: t('chooseField') },
                  ...amounts.map((one) => ({ value: one.id, label: one.label })),
                ]}
                onChange={(measure) => {
                  if (measure) act({ type: 'add-column', measure });
                }}
              />
            ) : null}
            <Choice
              label={t('addCount')}
              value=""
              options={[
                { value: '', label: t('chooseField') },
                ...subject.members
                  .filter((one) => !one.measure && !counted.has(one.id))
                  .map((one) => ({ value: one.id, label: one.label })),
              ]}
              onChange={(distinct) => {
                if (distinct) act({ type: 'add-column', distinct });
              }}
            />
          </div>
          <Ratio definition={definition} subject={subject} act={act} />
          <Extreme definition={definition} subject={subject} act={act} />
          <Placed definition={definition} subject={subject} act={act} />
          <Beside definition={definition} subject={subject} act={act} />
          {fields.length > 1 ? (
            <fieldset className="usa-fieldset">
              <legend className="usa-legend">{t('subtotals')}</legend>
              <span className="usa-hint">{t('subtotalsHint')}</span>
              {fields.map((column) =>
                broken.has(column.id) || broken.size < MOST_BREAKS ? (
                  <Toggle
                    key={column.id}
                    label={labelOf(column)}
                    on={broken.has(column.id)}
                    onChange={(on) => act({ type: 'break', col: column.id, on })}
                  />
                ) : null,
              )}
            </fieldset>
          ) : null}
        </>
      ) : null}
      {definition.columns.some(isAmount) ? (
        <Toggle
          label={t('grandTotal')}
          on={definition.grand_total === true}
          onChange={(on) => act({ type: 'grand-total', on })}
        />
      ) : null}
    </>
  );
}

/** One amount divided by another: an average, or a share. */
function Ratio({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const amounts = countable(definition.columns);
  const [chosen, setChosen] = useState<{ of?: string; by?: string }>({});
  const [first, second] = amounts;
  const of = amounts.find((one) => one.id === chosen.of) ?? first;
  const by = amounts.find((one) => one.id === chosen.by && one !== of) ?? (of === second ? first : second);
  if (!of || !by) return null;
  const option = (one: Column) => ({ value: one.id, label: labelOf(one) });
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-legend">{t('addRatio')}</legend>
      <div className="qm-sentence">
        <Choice
          label={t('ratioOf')}
          value={of.id}
          options={amounts.map(option)}
          onChange={(id) => setChosen({ ...chosen, of: id })}
        />
        <Choice
          label={t('ratioBy')}
          value={by.id}
          options={amounts.filter((one) => one !== of).map(option)}
          onChange={(id) => setChosen({ ...chosen, by: id })}
        />
        <Button
          kind="secondary"
          small
          onClick={() =>
            act({
              type: 'add-ratio',
              of: of.id,
              by: by.id,
              label: t('ratioLabel', { of: labelOf(of), by: labelOf(by) }),
              kind: ratioKind(subject, of, by),
            })
          }
        >
          {t('add')}
        </Button>
      </div>
    </fieldset>
  );
}

/** The least, the greatest or the average value within each group. */
function Extreme({ subject, act }: StepProps) {
  const t = useText();
  const [chosen, setChosen] = useState<{ of?: string; kind?: Aggregate }>({});
  const members = subject.members.filter(
    (one) =>
      (one.measure && one.kind !== 'percent') ||
      (!one.measure && (one.kind === 'date' || one.kind === 'integer')),
  );
  const of = members.find((one) => one.id === chosen.of) ?? members[0];
  if (!of) return null;
  // A day has no average.
  const kinds = (['min', 'max', 'average'] as const).filter((one) => one !== 'average' || of.measure);
  const kind = kinds.find((one) => one === chosen.kind) ?? kinds[0];
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-legend">{t('addExtreme')}</legend>
      <div className="qm-sentence">
        <Choice
          label={t('extremeKind')}
          value={kind ?? ''}
          options={kinds.map((value) => ({ value, label: t(`extremeKinds.${value}`) }))}
          onChange={(value) => setChosen({ ...chosen, kind: value as Aggregate })}
        />
        <Choice
          label={t('extremeOf')}
          value={of.id}
          options={members.map((one) => ({ value: one.id, label: one.label }))}
          onChange={(id) => setChosen({ ...chosen, of: id })}
        />
        <Button
          kind="secondary"
          small
          aria-label={`${t('add')}: ${t('addExtreme')}`}
          onClick={() =>
            act({
              type: 'add-column',
              ...(of.measure ? { measure: of.id } : { dim: of.id }),
              aggregate: kind,
            })
          }
        >
          {t('add')}
        </Button>
      </div>
    </fieldset>
  );
}

/** The place of each group among all, or its part of the whole. */
function Placed({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const [chosen, setChosen] = useState<{ of?: string; kind?: 'rank' | 'share' }>({});
  // Groups beside each other or beside another period have no place in a single order.
  const amounts = definition.columns.filter(isFigure);
  const of = amounts.find((one) => one.id === chosen.of) ?? amounts[0];
  if (!of || definition.pivot || definition.compare) return null;
  const kinds = (['rank', 'share'] as const).filter(
    (one) => one !== 'share' || (of.measure !== undefined && of.aggregate === undefined),
  );
  const kind = kinds.find((one) => one === chosen.kind) ?? 'rank';
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-legend">{t('addPlaced')}</legend>
      <div className="qm-sentence">
        <Choice
          label={t('placedBy')}
          value={of.id}
          options={amounts.map((one) => ({ value: one.id, label: labelOf(one) }))}
          onChange={(id) => setChosen({ ...chosen, of: id })}
        />
        <Choice
          label={t('placedKind')}
          value={kind}
          options={kinds.map((value) => ({ value, label: t(`placedKinds.${value}`) }))}
          onChange={(value) => setChosen({ ...chosen, kind: value as 'rank' })}
        />
        <Button
          kind="secondary"
          small
          aria-label={`${t('add')}: ${t('addPlaced')}`}
          onClick={() => act({ type: 'add-placed', kind, of: of.id })}
        >
          {t('add')}
        </Button>
      </div>
    </fieldset>
  );
}

/** Columns for the values of a field, or for an earlier period. */
function Beside({ definition, subject, act }: StepProps) {
  const t = useText();
  const labelOf = useLabel(subject, definition.columns);
  const fields = definition.columns.filter(isField);
  const periods = periodsOf(subject, definition);
  const { pivot, compare } = definition;
  const placed = definition.columns.some((one) => one.rank ?? one.share ?? one.distinct);
  if (placed) return null;
  const dim = compare?.dim ?? periods[0]?.id;
  return (
    <div className="qm-sentence">
      {compare || fields.length === 0 ? null : (
        <>
          <Choice
            label={t('pivot')}
            value={pivot?.col ?? ''}
            options={[
              { value: '', label: t('pivotNone') },
              ...fields.map((one) => ({ value: one.id, label: labelOf(one) })),
            ]}
            onChange={(col) =>
              act({ type: 'pivot', pivot: col ? { col, totals: pivot?.totals ?? true } : null })
            }
          />
          {pivot ? (
            <>
              <Toggle
                label={t('pivotTotals')}
                on={pivot.totals}
                onChange={(totals) => act({ type: 'pivot', pivot: { ...pivot, totals } })}
              />
              <p className="usa-hint">{t('pivotHint')}</p>
            </>
          ) : null}
        </>
      )}
      {pivot ? null : dim ? (
        <>
          <Choice
            label={t('compare')}
            value={compare?.with ?? 'none'}
            options={(['none', 'previous_period', 'previous_year'] as const).map((value) => ({
              value,
              label: t(`compareKinds.${value}`),
            }))}
            onChange={(value) =>
              act({
                type: 'compare',
                compare: value === 'none' ? null : { dim, with: value as 'previous_year' },
              })
            }
          />
          {compare && periods.length > 1 ? (
            <Choice
              label={t('compareOf')}
              value={dim}
              options={periods.map((one) => ({ value: one.id, label: one.label }))}
              onChange={(next) => act({ type: 'compare', compare: { ...compare, dim: next } })}
            />
          ) : null}
        </>
      ) : (
        <p className="usa-hint">{t('compareHint')}</p>
      )}
    </div>
  );
}
