import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { createReportSchedule, type ReportSchedule, updateReportSchedule } from '../../api/gen';
import { getReportOptions, getReportScheduleOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch, toProblem } from '../../api/problem';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { definitionOf, promptsOf } from '../reports/contract';
import { readPrompts } from '../reports/prompt-url';
import { useText as useReportText } from '../reports/text';
import { useRefreshSchedules } from './refresh';
import { ScheduleForm } from './ScheduleForm';
import { useText } from './text';

const making = getRouteApi('/member/reports/schedules/new');
const editing = getRouteApi('/member/reports/schedules/$scheduleId/edit');

/** A schedule for the report that the address names. */
export function NewSchedulePage() {
  const t = useText();
  const reports = useReportText();
  const navigate = useNavigate();
  const refresh = useRefreshSchedules();
  const search = making.useSearch();
  const query = useQuery(getReportOptions({ path: { key: search.report } }));
  const name = query.data?.name;
  return (
    <Page
      title={name ? t('newTitle', { name }) : t('new')}
      about={t('newAbout')}
      crumbs={[
        { label: reports('reports'), to: '/reports' },
        { label: t('title'), to: '/reports/schedules' },
      ]}
    >
      <Loaded query={query}>
        {(report) => (
          <ScheduleForm
            report={report}
            answers={readPrompts(search, definitionOf(report).prompts ?? [])}
            only={search.only === 'yes'}
            onSave={async (wanted) => {
              const { data } = await createReportSchedule({ body: wanted, headers: idempotencyKey() });
              await refresh();
              await navigate({
                to: '/reports/schedules/$scheduleId',
                params: { scheduleId: data.id },
                search: { saved: 'yes' },
              });
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** Everything about a schedule but its report. */
export function EditSchedulePage() {
  const t = useText();
  const reports = useReportText();
  const { scheduleId } = editing.useParams();
  const query = useQuery(getReportScheduleOptions({ path: { id: scheduleId } }));
  const name = query.data?.name;
  return (
    <Page
      title={name ? t('editTitle', { name }) : t('edit')}
      about={t('newAbout')}
      crumbs={[
        { label: reports('reports'), to: '/reports' },
        { label: t('title'), to: '/reports/schedules' },
      ]}
    >
      <Loaded query={query}>{(schedule) => <Edited key={schedule.version} schedule={schedule} />}</Loaded>
    </Page>
  );
}

function Edited({ schedule }: { schedule: ReportSchedule }) {
  const navigate = useNavigate();
  const refresh = useRefreshSchedules();
  const t = useText();
  const query = useQuery(getReportOptions({ path: { key: schedule.report } }));
  if (query.error && toProblem(query.error).status === 404) {
    return (
      <>
        <Alert kind="warning" title={t('goneTitle')}>
          {t('goneText', { report: schedule.report_name })}
        </Alert>
        <div className="qm-actions">
          <ButtonLink to="/reports/schedules/$scheduleId" params={{ scheduleId: schedule.id }}>
            {t('toSchedule')}
          </ButtonLink>
          <ButtonLink to="/reports" kind="secondary">
            {t('toLibrary')}
          </ButtonLink>
        </div>
      </>
    );
  }
  return (
    <Loaded query={query}>
      {(report) => (
        <ScheduleForm
          report={report}
          schedule={schedule}
          answers={promptsOf(schedule)}
          onSave={async ({ report: _, account_id: __, ...changes }) => {
            await updateReportSchedule({
              path: { id: schedule.id },
              body: changes,
              headers: ifMatch(schedule),
            });
            await navigate({
              to: '/reports/schedules/$scheduleId',
              params: { scheduleId: schedule.id },
              search: { saved: 'yes' },
            });
            await refresh(schedule.id);
          }}
        />
      )}
    </Loaded>
  );
}
