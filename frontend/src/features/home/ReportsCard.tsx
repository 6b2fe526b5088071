import { useQuery } from '@tanstack/react-query';
import {
  listMyReportDeliveriesOptions,
  listReportSchedulesOptions,
  listReportsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { useMembership } from '../../app/account';
import { sentence } from '../../app/format';
import { Card } from '../../ui/Card';
import { Icon } from '../../ui/Icon';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

/** More deliveries than this are not counted: it says "50+". */
const COUNTED = 50;

/** Reports for whoever works with them: what was brought, what a schedule could not bring, and the starred ones. */
export function ReportsCard() {
  const t = useText();
  const membership = useMembership();
  const mine = membership?.role !== 'user' || membership.access.some((one) => one.reports !== 'none');
  const enabled = membership !== null && mine;
  const starred = useQuery({ ...listReportsOptions({ query: { starred: true } }), enabled });
  const unread = useQuery({
    ...listMyReportDeliveriesOptions({ query: { unread: true, limit: COUNTED } }),
    enabled,
    staleTime: 0,
  });
  const schedules = useQuery({
    ...listReportSchedulesOptions({ query: { limit: 100 } }),
    enabled,
    staleTime: 0,
  });
  const count = unread.data?.items.length ?? 0;
  // Whoever turned a schedule off knows it; the portal gives its reason when it did.
  const stopped = schedules.data?.items.filter((one) => one.state === 'paused' && one.paused_because) ?? [];
  const failing =
    schedules.data?.items.filter((one) => one.failures > 0 && !stopped.some((two) => two.id === one.id)) ??
    [];
  const reports = starred.data?.items ?? [];
  if (count === 0 && stopped.length === 0 && failing.length === 0 && reports.length === 0) return null;
  return (
    <Card title={t('reportsTitle')}>
      <ul className="qm-plain-list">
        {stopped.map((one) => (
          <li key={one.id} className="qm-row">
            <Icon name="alert" />
            <span>
              {t('schedulePaused', { name: one.name })} {sentence(one.paused_because)}
            </span>
            <TextLink to="/reports/schedules/$scheduleId" params={{ scheduleId: one.id }}>
              {t('openSchedule', { name: one.name })}
            </TextLink>
          </li>
        ))}
        {failing.map((one) => (
          <li key={one.id} className="qm-row">
            <Icon name="alert" />
            <span>{t('scheduleFailed', { name: one.name })}</span>
            <TextLink to="/reports/schedules/$scheduleId" params={{ scheduleId: one.id }}>
              {t('openSchedule', { name: one.name })}
            </TextLink>
          </li>
        ))}
        {count > 0 ? (
          <li className="qm-row">
            <Icon name="mail" />
            <span>{t('brought', { count, shown: unread.data?.next_cursor ? `${count}+` : count })}</span>
            <TextLink to="/reports/inbox" search={{ unread: 'yes' }}>
              {t('openBrought')}
            </TextLink>
          </li>
        ) : null}
        {reports.map((one) => (
          <li key={one.key} className="qm-row">
            <Icon name="chart" />
            <TextLink to="/reports/$reportKey" params={{ reportKey: one.key }}>
              {[one.code, one.name].filter(Boolean).join(' ')}
            </TextLink>
            <span className="qm-muted">{t('starred')}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
