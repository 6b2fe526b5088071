import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  deleteReportSchedule,
  type ReportSchedule,
  runReportSchedule,
  updateReportSchedule,
} from '../../api/gen';
import {
  getReportOptions,
  getReportScheduleOptions,
  listScheduleDeliveriesOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { formatDate, formatDateTime, sentence } from '../../app/format';
import { formatCount } from '../../app/money';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextLink } from '../../ui/TextLink';
import { definitionOf, promptsOf } from '../reports/contract';
import type { Value } from '../reports/definition';
import { Outcome } from '../reports/Outcome';
import { useText as useReportText } from '../reports/text';
import { useRefreshSchedules } from './refresh';
import { ScheduleTag } from './ScheduleTag';
import { useText } from './text';
import { timingText } from './timing';

const route = getRouteApi('/member/reports/schedules/$scheduleId');

/** How many lines of the log are shown. */
const LOG = 50;

export function SchedulePage() {
  const t = useText();
  const reports = useReportText();
  const { scheduleId } = route.useParams();
  const { saved } = route.useSearch();
  const query = useQuery({ ...getReportScheduleOptions({ path: { id: scheduleId } }), staleTime: 0 });
  const [done, setDone] = useState(saved ? t('created') : '');
  const [error, setError] = useState<unknown>(null);
  const schedule = query.data;
  return (
    <Page
      title={schedule?.name ?? t('scheduleOf')}
      lead={schedule ? timingText(schedule.timing, t) : undefined}
      about={t('pageAbout')}
      crumbs={[
        { label: reports('reports'), to: '/reports' },
        { label: t('title'), to: '/reports/schedules' },
      ]}
      actions={
        schedule ? (
          <Acts
            schedule={schedule}
            onDone={(text) => {
              setError(null);
              setDone(text);
            }}
            onError={(caught) => {
              setDone('');
              setError(caught);
            }}
          />
        ) : undefined
      }
    >
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      {done ? (
        <Alert key={done} kind="success" focus>
          {done}
        </Alert>
      ) : null}
      <Loaded query={query}>{(known) => <Known schedule={known} />}</Loaded>
    </Page>
  );
}

interface ActsProps {
  schedule: ReportSchedule;
  onDone: (text: string) => void;
  onError: (error: unknown) => void;
}

function Acts({ schedule, onDone, onError }: ActsProps) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshSchedules();
  const [busy, setBusy] = useState<'run' | 'pause' | null>(null);
  const [asking, setAsking] = useState(false);
  const log = useLog(schedule.id);
  const act = async (what: 'run' | 'pause', doing: () => Promise<string>) => {
    setBusy(what);
    try {
      const text = await doing();
      await Promise.all([refresh(schedule.id), log.refetch()]);
      onDone(text);
    } catch (caught) {
      onError(caught);
    } finally {
      setBusy(null);
    }
  };
  const paused = schedule.state === 'paused';
  return (
    <>
      <Button
        busy={busy === 'run'}
        onClick={() =>
          void act('run', async () => {
            await runReportSchedule({ path: { id: schedule.id }, headers: idempotencyKey() });
            return t('running');
          })
        }
      >
        {t('runNow')}
      </Button>
      {schedule.state === 'ended' ? null : (
        <Button
          kind="secondary"
          busy={busy === 'pause'}
          onClick={() =>
            void act('pause', async () => {
              await updateReportSchedule({
                path: { id: schedule.id },
                body: { paused: !paused },
                headers: ifMatch(schedule),
              });
              return t(paused ? 'resumedDone' : 'pausedDone');
            })
          }
        >
          {t(paused ? 'resume' : 'pause')}
        </Button>
      )}
      <ButtonLink
        to="/reports/schedules/$scheduleId/edit"
        params={{ scheduleId: schedule.id }}
        kind="secondary"
      >
        {t('edit')}
      </ButtonLink>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t('removeTitle', { name: schedule.name })}
          confirmLabel={t('remove')}
          destructive
          onConfirm={async () => {
            await deleteReportSchedule({ path: { id: schedule.id }, headers: ifMatch(schedule) });
            await refresh();
            await navigate({ to: '/reports/schedules' });
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('removeText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

const useLog = (id: string) =>
  useQuery({
    ...listScheduleDeliveriesOptions({ path: { id }, query: { limit: LOG } }),
    staleTime: 0,
    refetchInterval: (known) =>
      known.state.data?.items.some((one) => one.state === 'waiting') ? 2000 : false,
  });

function Known({ schedule }: { schedule: ReportSchedule }) {
  const t = useText();
  const me = useMe();
  return (
    <div className="qm-stack">
      {schedule.state === 'paused' ? (
        <Alert kind="warning" title={t('pausedTitle')}>
          {schedule.paused_because ? sentence(schedule.paused_because) : t('pausedText')}
        </Alert>
      ) : null}
      {schedule.state === 'ended' ? (
        <Alert kind="info" title={t('endedTitle')}>
          {t('endedText')}
        </Alert>
      ) : null}
      {schedule.failures > 0 ? (
        <Alert kind="warning">{t('failures', { count: schedule.failures })}</Alert>
      ) : null}
      <Card side={<ScheduleTag state={schedule.state} />} title={t('scheduleOf')}>
        <Facts
          items={[
            [
              t('report'),
              <TextLink key="report" to="/reports/$reportKey" params={{ reportKey: schedule.report }}>
                {schedule.report_name}
              </TextLink>,
            ],
            [t('timing'), timingText(schedule.timing, t)],
            [
              t('nextRuns'),
              schedule.next_runs.length > 0 ? (
                <ul key="next" className="qm-plain-list">
                  {schedule.next_runs.map((at) => (
                    <li key={at}>{formatDateTime(at, me.time_zone)}</li>
                  ))}
                </ul>
              ) : (
                t('nextRunsNone')
              ),
            ],
            [t('starts'), schedule.timing.starts_on ? formatDate(schedule.timing.starts_on) : undefined],
            [t('ends'), schedule.timing.ends_on ? formatDate(schedule.timing.ends_on) : undefined],
            [t('answers'), <Answers key="answers" schedule={schedule} />],
            [t('recipients'), schedule.recipients.map((one) => one.name).join(', ')],
            [t('format'), t(`formats.${schedule.format}`)],
            [t('emptyRuns'), t(schedule.skip_if_empty ? 'emptySkip' : 'emptyBring')],
            [t('mail'), t(schedule.by_mail ? 'mailYes' : 'mailNo')],
            [
              t('lastResult'),
              [formatDateTime(schedule.last_run_at, me.time_zone), sentence(schedule.last_result)]
                .filter(Boolean)
                .join(': ') || t('neverRan'),
            ],
          ]}
        />
      </Card>
      <Log schedule={schedule} />
    </div>
  );
}

/** The answers in words, with the labels that the report has for its prompts. */
function Answers({ schedule }: { schedule: ReportSchedule }) {
  const t = useText();
  const reports = useReportText();
  const query = useQuery(getReportOptions({ path: { key: schedule.report } }));
  const values = promptsOf(schedule);
  const labels = query.data ? (definitionOf(query.data).prompts ?? []) : [];
  const given = Object.entries(values);
  const say = (value: Value): string => {
    if (typeof value === 'string') return value === 'all_granted' ? reports('allGranted') : value;
    if (Array.isArray(value)) return value.join(', ');
    if ('relative' in value) return reports(`relative.${value.relative}`);
    return t('rangeLine', { from: formatDay(value.from), until: formatDay(value.to) });
  };
  if (given.length === 0) return t('answersNone');
  return (
    <ul className="qm-plain-list">
      {given.map(([id, value]) => (
        <li key={id}>
          {t('promptLine', {
            label: labels.find((one) => one.id === id)?.label ?? id,
            value: say(value),
          })}
        </li>
      ))}
    </ul>
  );
}

const formatDay = (text: string) => (/^\d{4}-\d\d-\d\d$/.test(text) ? formatDate(text) : text);

function Log({ schedule }: { schedule: ReportSchedule }) {
  const t = useText();
  const me = useMe();
  const query = useLog(schedule.id);
  return (
    <Card title={t('log')}>
      <p>
        {t('logLead')} <TextLink to="/reports/inbox">{t('inbox')}</TextLink>
      </p>
      <Loaded query={query} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('logEmpty')}</p>
          ) : (
            <>
              <DataTable
                caption={t('log')}
                rows={page.items}
                rowKey={(row) => row.id}
                columns={[
                  {
                    key: 'due',
                    header: t('due'),
                    rowHeader: true,
                    cell: (row) => formatDateTime(row.due_at, me.time_zone),
                  },
                  { key: 'recipient', header: t('recipient'), cell: (row) => row.recipient_name },
                  {
                    key: 'outcome',
                    header: t('outcome'),
                    cell: (row) => (
                      <>
                        <Outcome delivery={row} />
                        {row.detail ? <span className="qm-small"> {sentence(row.detail)}</span> : null}
                      </>
                    ),
                  },
                  {
                    key: 'rows',
                    header: t('rows'),
                    numeric: true,
                    cell: (row) => (typeof row.rows === 'number' ? formatCount(row.rows) : '–'),
                  },
                ]}
              />
              {page.next_cursor ? <p className="qm-muted">{t('logOlder')}</p> : null}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
