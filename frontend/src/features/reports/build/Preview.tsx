import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ReportPreview, startReportRun } from '../../../api/gen';
import { toProblem } from '../../../api/problem';
import { sentence } from '../../../app/format';
import { Alert } from '../../../ui/Alert';
import { Button } from '../../../ui/Button';
import { Card } from '../../../ui/Card';
import { Chart } from '../../../ui/chart/Chart';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { Skeleton } from '../../../ui/Skeleton';
import { type Draft, missing } from '../builder';
import { cellText, chartData, isNumeric } from '../cells';
import { definitionBody } from '../contract';
import { chartOf, forServer } from '../definition';
import { stepOf } from './parts';
import { useText } from './text';
import { unasked } from './usePreview';

interface Props {
  draft: Draft;
  query: UseQueryResult<ReportPreview | null>;
}

/** The first rows of the draft beside its steps. */
export function Preview({ draft, query }: Props) {
  const t = useText();
  const lacks = missing(draft);
  const problem = query.error ? toProblem(query.error) : null;
  // What belongs to a step is said there.
  const elsewhere = problem?.fieldErrors.some((one) => stepOf(one.pointer) !== null) ?? false;
  const ready = lacks.every((one) => one === 'chart');
  return (
    <Card title={t('preview')}>
      {lacks.map((one) => (
        <p key={one} className="qm-muted">
          {t(`missing.${one}`)}
        </p>
      ))}
      {problem && ready && !elsewhere ? (
        <>
          {problem.status === 503 ? <p>{t('slow')}</p> : null}
          <ProblemAlert error={problem} onRetry={() => void query.refetch()} />
        </>
      ) : null}
      {query.isLoading ? <Skeleton rows={5} /> : null}
      {query.data && !problem && draft.definition && draft.definition.columns.length > 0 ? (
        <Rows draft={draft} found={query.data} stale={query.isPlaceholderData || !ready} />
      ) : null}
      {ready ? <RunNow draft={draft} /> : null}
    </Card>
  );
}

function Rows({ draft, found, stale }: { draft: Draft; found: ReportPreview; stale: boolean }) {
  const t = useText();
  const words = { yes: t('common:yes'), no: t('common:no') };
  const view = draft.definition ? chartOf(draft.definition) : null;
  const breaks = draft.definition?.breaks ?? [];
  const picture =
    view && !stale
      ? chartData(view, found, { ...words, others: t('reports:others'), empty: t('reports:noValue') })
      : null;
  return (
    <div className={stale ? 'qm-build__old' : undefined} aria-busy={stale || undefined}>
      {found.messages.map((one) => (
        <Alert key={one} kind="warning">
          {sentence(one)}
        </Alert>
      ))}
      <p>
        <strong>{t('first')}</strong> {found.more ? t('previewMore') : null}
      </p>
      {found.rows.length === 0 ? (
        <p role="status">{t('previewEmpty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it sideways
        // biome-ignore lint/a11y/useSemanticElements: a region that scrolls, not a section of the page
        <div className="qm-build__rows" role="region" aria-label={t('previewTable')} tabIndex={0}>
          <table className="usa-table usa-table--compact">
            <caption className="usa-sr-only">{t('previewTable')}</caption>
            <thead>
              <tr>
                {found.columns.map((one) => (
                  <th key={one.id} scope="col" className={isNumeric(one) ? 'qm-num' : undefined}>
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.rows.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows come as a whole
                <tr key={at} data-look={row.kind === 'detail' ? undefined : row.kind}>
                  {found.columns.map((one, n) => (
                    <td key={one.id} className={isNumeric(one) ? 'qm-num' : undefined}>
                      {n === 0 && row.kind === 'grand_total'
                        ? t('reports:grandTotal')
                        : n === 0 && row.kind === 'others'
                          ? t('reports:others')
                          : row.kind === 'subtotal' && breaks[(row.level ?? 0) - 1]?.col === one.id
                            ? t('reports:subtotalOf', { name: cellText(row.cells[n] ?? null, one, words) })
                            : cellText(row.cells[n] ?? null, one, words)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {picture ? (
        <>
          <Chart data={picture} />
          <p className="qm-muted qm-small">{t('chartFromFirst')}</p>
        </>
      ) : null}
    </div>
  );
}

/** The whole draft as a run with a page of its own, where it also says why it shows these rows. */
function RunNow({ draft }: { draft: Draft }) {
  const t = useText();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { definition } = draft;
  if (!definition) return null;
  return (
    <>
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      <div className="qm-actions">
        <Button
          kind="secondary"
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              const { data } = await startReportRun({
                body: {
                  report: null,
                  definition: definitionBody(forServer(unasked(definition))),
                  prompts: {},
                  account_id: null,
                  fresh: false,
                },
              });
              await navigate({ to: '/reports/runs/$runId', params: { runId: data.run.id } });
            } catch (caught) {
              setError(caught);
              setBusy(false);
            }
          }}
        >
          {t('previewRun')}
        </Button>
      </div>
      <p className="usa-hint">{t('previewRunHint')}</p>
    </>
  );
}
