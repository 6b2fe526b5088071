// The report builder: seven steps on one page, the first rows beside them, and the whole draft in the address.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useReducer, useRef, useState } from 'react';
import { createReport, type Report, updateReport } from '../../../api/gen';
import { getReportOptions, listReportSubjectsOptions } from '../../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../../api/idempotency';
import { ifMatch, toProblem } from '../../../api/problem';
import { Alert } from '../../../ui/Alert';
import { Button } from '../../../ui/Button';
import { ButtonLink } from '../../../ui/ButtonLink';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Loaded } from '../../../ui/Loaded';
import { Page } from '../../../ui/Page';
import { builder, type Draft, missing, start } from '../builder';
import { definitionBody, definitionOf } from '../contract';
import { forBuilder, forServer } from '../definition';
import { findDraft, keepDraft } from '../draft-url';
import { useRefreshReports } from '../refresh';
import { useSettled } from '../useSettled';
import { ChartStep } from './ChartStep';
import { FieldsStep } from './FieldsStep';
import { FiltersStep } from './FiltersStep';
import { GroupStep } from './GroupStep';
import { Preview } from './Preview';
import { type Step as StepName, stepOf } from './parts';
import { SaveStep } from './SaveStep';
import { SortStep } from './SortStep';
import { Step } from './Step';
import { SubjectStep } from './SubjectStep';
import { useText } from './text';
import { usePreview } from './usePreview';

const newRoute = getRouteApi('/member/reports/new');
const editRoute = getRouteApi('/member/reports/$reportKey/edit');

const draftOf = (report: Report): Draft => ({
  name: report.name,
  description: report.description,
  folder: report.folder,
  definition: forBuilder(definitionOf(report)),
});

/** A report from a subject, or a copy of another report. */
export function NewReportPage() {
  const t = useText();
  const { from, draft } = newRoute.useSearch();
  const query = useQuery({ ...getReportOptions({ path: { key: from ?? '' } }), enabled: from !== undefined });
  return (
    <Page
      title={t('title')}
      about={t('about')}
      guide="customizing-reports"
      crumbs={[{ label: t('reports:reports'), to: '/reports' }]}
      actions={from || draft ? <StartAnew /> : undefined}
    >
      {from === undefined ? (
        <Builder initial={start} report={null} basedOn={null} />
      ) : (
        <Loaded query={query}>
          {(report) => (
            <Builder
              key={report.key}
              initial={{ ...draftOf(report), name: t('copyName', { name: report.name }), folder: '' }}
              report={null}
              basedOn={report.key}
            />
          )}
        </Loaded>
      )}
    </Page>
  );
}

function StartAnew() {
  const t = useText();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button kind="secondary" onClick={() => setAsked(true)}>
        {t('startAnew')}
      </Button>
      {asked ? (
        <ConfirmDialog
          title={t('startTitle')}
          confirmLabel={t('startAnew')}
          destructive
          onConfirm={() => {
            // The steps hold what was chosen; a page loaded afresh holds nothing.
            window.location.assign('/reports/new');
            return Promise.resolve();
          }}
          onClose={() => setAsked(false)}
        >
          <p>{t('startText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

/** An own report, changed in place. */
export function EditReportPage() {
  const t = useText();
  const { reportKey } = editRoute.useParams();
  const query = useQuery(getReportOptions({ path: { key: reportKey } }));
  const report = query.data;
  return (
    <Page
      title={report ? t('editTitle', { name: report.name }) : t('title')}
      about={t('about')}
      crumbs={[
        { label: t('reports:reports'), to: '/reports' },
        { label: report?.name ?? t('reports:report'), to: `/reports/${encodeURIComponent(reportKey)}` },
      ]}
    >
      <Loaded query={query}>
        {(found) =>
          found.can_edit ? (
            <Builder key={found.key} initial={draftOf(found)} report={found} basedOn={null} />
          ) : (
            <>
              <Alert kind="info">{t('notYours')}</Alert>
              <div className="qm-actions">
                <ButtonLink to="/reports/new" search={{ from: found.key }}>
                  {t('copyInstead')}
                </ButtonLink>
              </div>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

interface Props {
  initial: Draft;
  /** The report that is changed; `null` for a new one. */
  report: Report | null;
  basedOn: string | null;
}

function Builder({ initial, report, basedOn }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshReports();
  const path = window.location.pathname;
  const [draft, act] = useReducer(
    builder,
    initial,
    (known) =>
      findDraft(path, new URLSearchParams(window.location.search).get('draft') ?? undefined) ?? known,
  );
  const subjects = useQuery(listReportSubjectsOptions());
  const settled = useSettled(draft);
  const [begun] = useState(draft);
  // Once the report is saved, the address belongs to the page that follows.
  const left = useRef(false);
  useEffect(() => {
    if (settled === begun || left.current) return;
    void navigate({
      to: '.',
      replace: true,
      resetScroll: false,
      search: (known: Record<string, unknown>) => ({ ...known, draft: keepDraft(path, settled) }),
    });
  }, [settled, begun, path, navigate]);
  const lacks = missing(settled);
  const preview = usePreview(lacks.every((one) => one === 'chart') ? settled.definition : null);
  const refused = preview.error ? toProblem(preview.error).fieldErrors : [];
  const at = (step: StepName) => refused.filter((one) => stepOf(one.pointer) === step);
  const save = async (share: boolean) => {
    const { definition } = draft;
    if (!definition) return;
    const body = {
      name: draft.name.trim(),
      description: draft.description.trim(),
      folder: draft.folder.trim(),
      definition: definitionBody(forServer(definition)),
    };
    const { data } = report
      ? await updateReport({
          path: { key: report.key },
          body,
          headers: ifMatch({ version: report.version ?? 0 }),
        })
      : await createReport({ body: { ...body, based_on: basedOn }, headers: idempotencyKey() });
    left.current = true;
    await refresh(data.key);
    await navigate({
      to: '/reports/$reportKey',
      params: { reportKey: data.key },
      search: share ? { share: 'yes' } : {},
    });
  };
  const { definition } = draft;
  return (
    <Loaded query={subjects} rows={8}>
      {({ items }) => {
        const subject = items.find((one) => one.id === definition?.subject);
        const props =
          definition && subject ? { definition, subject: { ...subject, beside: items }, act } : null;
        const step = (name: 'fields' | 'filters' | 'group' | 'sort' | 'chart', content: ReactNode) => (
          <Step title={t(name)} refused={at(name)}>
            {props ? content : <p className="qm-muted">{t('fieldsNone')}</p>}
          </Step>
        );
        return (
          <div className="qm-builder">
            <ol className="qm-builder__steps" aria-label={t('steps')}>
              <Step title={t('subject')} refused={at('subject')}>
                <SubjectStep
                  subjects={items}
                  chosen={definition?.subject}
                  begun={(definition?.columns.length ?? 0) > 0}
                  act={act}
                />
              </Step>
              {step('fields', props && <FieldsStep {...props} />)}
              {step('filters', props && <FiltersStep {...props} />)}
              {step('group', props && <GroupStep {...props} />)}
              {step('sort', props && <SortStep {...props} />)}
              {step('chart', props && <ChartStep {...props} />)}
              <Step title={t('save')} refused={at('save')}>
                <SaveStep draft={draft} editing={report?.key ?? null} act={act} onSave={save} />
              </Step>
            </ol>
            <div className="qm-builder__side">
              <Preview draft={settled} query={preview} />
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}
