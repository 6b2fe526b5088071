import type { Notice, NoticeAudience, StaffNoticeState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import type { Tone } from '../../ui/StateTag';
import type { useText } from './text';

export const STATE_LOOK: Record<StaffNoticeState, [Tone, IconName]> = {
  draft: ['quiet', 'pending'],
  scheduled: ['info', 'clock'],
  current: ['good', 'check'],
  expired: ['quiet', 'history'],
  withdrawn: ['warn', 'stop'],
};

/** How a notice stands for its reader. */
export type Reading = 'waits' | 'unread' | 'read' | 'acknowledged';

export const READING_LOOK: Record<Reading, [Tone, IconName]> = {
  waits: ['warn', 'alert'],
  unread: ['info', 'mail'],
  read: ['quiet', 'check'],
  acknowledged: ['good', 'check'],
};

export function readingOf(notice: Pick<Notice, 'action_required' | 'acknowledged_at' | 'read_at'>): Reading {
  if (notice.acknowledged_at) return 'acknowledged';
  if (notice.action_required) return 'waits';
  return notice.read_at ? 'read' : 'unread';
}

/** What nobody has looked at yet comes first; otherwise the order stays. */
export const unreadFirst = <One extends Pick<Notice, 'read_at'>>(notices: One[]): One[] => [
  ...notices.filter((one) => !one.read_at),
  ...notices.filter((one) => one.read_at),
];

/** Who a notice is for, in words. */
export function audienceText(
  t: ReturnType<typeof useText>,
  audience: NoticeAudience,
  companies: string[],
): string {
  if (audience.kind === 'roles')
    return (audience.roles ?? []).map((one) => t(`common:role.${one}`)).join(', ');
  if (audience.kind === 'activities')
    return (audience.activities ?? []).map((one) => t(`common:activity.${one}`)).join(', ');
  if (audience.kind === 'companies') return companies.join(', ');
  return t('audience.all');
}
