import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { deleteReport, type Report, startReportRun } from '../../api/gen';
import {
  getReportOptions,
  getReportRunOptions,
  listReportRowsQueryKey,
  listReportSubjectsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch, toProblem } from '../../api/problem';
import { useMembership } from '../../app/account';
import { sentence } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { asks, earlierAnswers, listed, unsetText } from './asked';
import { definitionOf, type PromptValues, promptsOf } from './contract';
import type { Prompt, Value } from './definition';
import { LastAnswers } from './LastAnswers';
import { NarrowBar } from './NarrowBar';
import { fieldsOf, type Narrowed, narrowBody, readNarrowed, writeNarrowed } from './narrow';
import { readPrompts, unanswered, writePrompts } from './prompt-url';
import { FIRST_ROWS, Result } from './Result';
import { Running } from './Running';
import { isOpen } from './RunTag';
import { useRefreshReports } from './refresh';
import { CopyDialog, RenameDialog } from './SaveDialog';
import { ShareDialog } from './ShareDialog';
import { Star } from './Star';
import { useText } from './text';
import { leaveOnEnter, ValueInput } from './ValueInput';

const route = getRouteApi('/member/reports/$reportKey');

export function ReportPage() {
  const t = useText();
  const { reportKey } = route.useParams();
  const query = useQuery(getReportOptions({ path: { key: reportKey } }));
  const [done, setDone] = useState('');
  const report = query.data;
  return (
    <Page
      title={report ? [report.code, report.name].filter(Boolean).join(' ') : t('report')}
      lead={report ? (report.question ?? report.description) : undefined}
      about={t('reportAbout')}
      guide="running-reports"
      crumbs={[{ label: t('reports'), to: '/reports' }]}
      actions={report ? <Acts report={report} onDone={setDone} /> : undefined}
    >
      {done ? (
        <Alert kind="success" focus>
          {done}
        </Alert>
      ) : null}
      <Loaded query={query}>{(found) => <Opened key={found.key} report={found} />}</Loaded>
    </Page>
  );
}

function Acts({ report, onDone }: { report: Report; onDone: (text: string) => void }) {
  const t = useText();
  const refresh = useRefreshReports();
  const navigate = useNavigate();
  const { share } = route.useSearch();
  const [open, setOpen] = useState<'copy' | 'rename' | 'share' | 'delete' | null>(
    share && report.can_edit && report.shares_in.length > 0 ? 'share' : null,
  );
  const close = () => {
    setOpen(null);
    // Once seen, it does not open again with the next load of the page.
    if (share) {
      void navigate({ to: '.', replace: true, search: (known) => ({ ...known, share: undefined }) });
    }
  };
  return (
    <>
      <Star report={report} />
      <ButtonLink
        to="/reports/schedules/new"
        search={(known) => ({
          ...known,
          // A schedule brings the report as it is.
          ...writeNarrowed({}, readNarrowed(known)),
          report: report.key,
          run: undefined,
        })}
        kind="secondary"
      >
        {t('schedule')}
      </ButtonLink>
      {report.can_edit ? (
        <ButtonLink kind="secondary" to="/reports/$reportKey/edit" params={{ reportKey: report.key }}>
          {t('edit')}
        </ButtonLink>
      ) : null}
      <ButtonLink kind="secondary" to="/reports/new" search={{ from: report.key }}>
        {t('copyAndChange')}
      </ButtonLink>
      <Button kind="secondary" onClick={() => setOpen('copy')}>
        {t('copyReport')}
      </Button>
      {report.can_edit ? (
        <Button kind="secondary" onClick={() => setOpen('rename')}>
          {t('rename')}
        </Button>
      ) : null}
      {report.can_edit && report.shares_in.length > 0 ? (
        <Button kind="secondary" onClick={() => setOpen('share')}>
          {t('share')}
        </Button>
      ) : null}
      {report.can_edit ? (
        <Button kind="danger" onClick={() => setOpen('delete')}>
          {t('remove')}
        </Button>
      ) : null}
      {open === 'copy' ? <CopyDialog report={report} onClose={close} /> : null}
      {open === 'rename' ? <RenameDialog report={report} onClose={close} onDone={onDone} /> : null}
      {open === 'share' ? <ShareDialog report={report} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('removeTitle', { name: report.name })}
          confirmLabel={t('remove')}
          destructive
          onConfirm={async () => {
            await deleteReport({
              path: { key: report.key },
              headers: ifMatch({ version: report.version ?? 0 }),
            });
            await refresh();
            await navigate({ to: '/reports', search: { kind: 'mine' } });
          }}
          onClose={close}
        >
          <p>{t('removeText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

const packed = (values: PromptValues, prompts: readonly Prompt[]) =>
  JSON.stringify(writePrompts(values, prompts));

function Opened({ report }: { report: Report }) {
  const t = useText();
  const id = useId();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const me = useMe();
  const membership = useMembership();
  const search = route.useSearch();
  const definition = definitionOf(report);
  const prompts = definition.prompts ?? [];
  const values = readPrompts(search, prompts);
  const narrowed = readNarrowed(search);
  const subjects = useQuery({
    ...listReportSubjectsOptions(),
    enabled: prompts.length > 0 || search.run !== undefined,
  });
  const members = subjects.data?.items.find((one) => one.id === report.subject)?.members;
  const fields = fieldsOf(definition, members);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [lacking, setLacking] = useState<string[]>([]);
  // What was typed last counts, also while the address does not have it yet.
  const latest = useRef(values);
  const address = packed(values, prompts);
  useEffect(() => {
    latest.current = readPrompts(JSON.parse(address), definitionOf(report).prompts ?? []);
  }, [address, report]);
  const runId = search.run;
  const query = useQuery({
    ...getReportRunOptions({ path: { id: runId ?? '' } }),
    enabled: runId !== undefined,
    refetchInterval: (known) => (known.state.data && isOpen(known.state.data.state) ? 1000 : false),
  });
  const change = (prompt: Prompt, value: Value | undefined) => {
    const { [prompt.id]: _, ...others } = latest.current;
    latest.current = value === undefined ? others : { ...others, [prompt.id]: value };
    void navigate({
      replace: true,
      search: (known) => ({ ...known, ...writePrompts(latest.current, prompts) }),
    });
  };
  const accountId = search.only ? (membership?.account_id ?? null) : null;
  const ask = async (given: PromptValues, to: Narrowed, background: boolean) => {
    const { data } = await startReportRun({
      body: {
        report: report.key,
        definition: null,
        prompts: given,
        account_id: accountId,
        fresh: false,
        background,
        narrow: narrowBody(to),
      },
    });
    const { run, page } = data;
    queries.setQueryData(getReportRunOptions({ path: { id: run.id } }).queryKey, run);
    if (page && (page.rows.length === page.total || page.rows.length >= FIRST_ROWS.limit)) {
      queries.setQueryData(listReportRowsQueryKey({ path: { id: run.id }, query: FIRST_ROWS }), page);
    }
    await navigate({
      search: (known) => ({
        ...known,
        ...writePrompts(given, prompts),
        ...writeNarrowed(to, narrowed),
        run: run.id,
      }),
    });
  };
  const start = async (background = false) => {
    const given = latest.current;
    const open = unanswered(given, prompts);
    setLacking(open.map((one) => one.id));
    setError(null);
    if (open.length > 0) return;
    setBusy(true);
    try {
      await ask(given, narrowed, background);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  const run = query.data;
  const names = prompts.filter((one) => lacking.includes(one.id)).map((one) => one.label);
  return (
    <div className="qm-stack">
      {report.messages.length > 0 ? (
        <Alert kind="warning" title={t('messages')}>
          <ul>
            {report.messages.map((one) => (
              <li key={one}>{sentence(one)}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      {report.kind === 'shared' ? (
        <Alert kind="info">{t('sharedNote', { name: report.owner_name ?? '' })}</Alert>
      ) : null}
      {report.instead.length > 0 ? (
        <p className="qm-row qm-screen">
          <span className="qm-muted">{t('instead')}</span>
          {report.instead.map((one) => (
            <TextLink key={one.code} to="/reports/$reportKey" params={{ reportKey: one.code }}>
              {one.code} {one.name}
            </TextLink>
          ))}
        </p>
      ) : null}
      <div className="qm-screen">
        <Card title={t('prompts')}>
          {names.length > 0 ? (
            <Alert kind="error" focus>
              {t('promptMissing', { names: names.join(', ') })}
            </Alert>
          ) : null}
          {error ? (
            <ProblemAlert error={error} focus listFields>
              {toProblem(error).code === 'report-too-large' ? (
                <Button kind="secondary" busy={busy} onClick={() => void start(true)}>
                  {t('inBackground')}
                </Button>
              ) : null}
            </ProblemAlert>
          ) : null}
          <form
            onKeyDown={leaveOnEnter}
            onSubmit={(event) => {
              event.preventDefault();
              void start();
            }}
          >
            <div className="qm-sentence">
              {prompts.map((prompt) => {
                const condition = asks(definition.filter, prompt.id);
                const member = members?.find((one) => one.id === condition?.dim);
                return (
                  <ValueInput
                    key={prompt.id}
                    label={prompt.required ? t('requiredLabel', { label: prompt.label }) : prompt.label}
                    kind={member?.kind}
                    period={condition?.op === 'between'}
                    multi={prompt.multi}
                    value={values[prompt.id]}
                    of={listed(condition, definition, search.only ? membership?.account_id : null, {
                      report: report.key,
                      prompt: prompt.id,
                      prompts: earlierAnswers(prompt, prompts, values),
                    })}
                    unset={unsetText(prompt, t)}
                    error={lacking.includes(prompt.id) ? t('promptLacks') : undefined}
                    onChange={(value) => change(prompt, value)}
                  />
                );
              })}
              {membership && me.memberships.length > 1 ? (
                <div>
                  <label className="usa-label" htmlFor={`${id}-only`}>
                    {t('accounts')}
                  </label>
                  <select
                    id={`${id}-only`}
                    className="usa-select"
                    value={search.only ?? ''}
                    onChange={(event) =>
                      void navigate({
                        replace: true,
                        search: (known) => ({
                          ...known,
                          only: event.target.value === 'yes' ? ('yes' as const) : undefined,
                        }),
                      })
                    }
                  >
                    <option value="">{t('allAccounts')}</option>
                    <option value="yes">{t('onlyAccount', { name: membership.account_name })}</option>
                  </select>
                </div>
              ) : null}
            </div>
            {prompts.length === 0 ? <p>{t('noPrompts')}</p> : null}
            <div className="qm-actions">
              <Button type="submit" busy={busy}>
                {t(run ? 'runAgain' : 'run')}
              </Button>
              {prompts.length > 0 && Object.keys(values).length === 0 ? (
                <LastAnswers
                  reportKey={report.key}
                  prompts={prompts}
                  onTake={(given) => {
                    latest.current = given;
                    setLacking([]);
                    void navigate({
                      replace: true,
                      search: (known) => ({ ...known, ...writePrompts(given, prompts) }),
                    });
                  }}
                />
              ) : null}
            </div>
          </form>
        </Card>
      </div>
      {runId === undefined ? null : query.error && toProblem(query.error).status === 404 ? (
        <Alert kind="info">{t('runElsewhere')}</Alert>
      ) : (
        <Loaded query={query}>
          {(known) => (
            <div className="qm-stack">
              {packed(promptsOf(known), prompts) === address ? null : (
                <Alert kind="warning">{t('promptsChanged')}</Alert>
              )}
              {fields.length > 0 && !isOpen(known.state) ? (
                <NarrowBar
                  subject={report.subject}
                  accountId={accountId}
                  fields={fields}
                  narrowed={narrowed}
                  rows={typeof known.rows_total === 'number' ? formatCount(known.rows_total) : null}
                  onNarrow={(next) => ask(promptsOf(known), next, false).catch((caught: unknown) => caught)}
                />
              ) : null}
              {known.state === 'done' ? (
                <Result key={known.id} run={known} accountId={accountId} />
              ) : (
                <Running run={known} />
              )}
            </div>
          )}
        </Loaded>
      )}
    </div>
  );
}
