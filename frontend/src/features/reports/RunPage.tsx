import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { getReportRunOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Result } from './Result';
import { Running } from './Running';
import { isOpen } from './RunTag';
import { useText } from './text';

const route = getRouteApi('/member/reports/runs/$runId');

export function RunPage() {
  const t = useText();
  const me = useMe();
  const { runId } = route.useParams();
  const query = useQuery({
    ...getReportRunOptions({ path: { id: runId } }),
    refetchInterval: (known) => (known.state.data && isOpen(known.state.data.state) ? 1000 : false),
  });
  const run = query.data;
  return (
    <Page
      title={run ? t('runOf', { name: run.name || t('adHoc') }) : t('runs')}
      lead={run ? formatDateTime(run.queued_at, me.time_zone) : undefined}
      crumbs={[
        { label: t('reports'), to: '/reports' },
        { label: t('runs'), to: '/reports/runs' },
      ]}
      actions={
        run?.report ? (
          <ButtonLink to="/reports/$reportKey" params={{ reportKey: run.report }} kind="secondary">
            {t('openReport')}
          </ButtonLink>
        ) : undefined
      }
    >
      <Loaded query={query}>
        {(known) =>
          known.state === 'done' ? <Result key={known.id} run={known} /> : <Running run={known} />
        }
      </Loaded>
    </Page>
  );
}
