import type { Grant } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<string, { tone: Tone; icon: IconName }> = {
  proposed: { tone: 'info', icon: 'pending' },
  active: { tone: 'good', icon: 'check' },
  waiting: { tone: 'quiet', icon: 'clock' },
  paused: { tone: 'warn', icon: 'clock' },
  ended: { tone: 'quiet', icon: 'stop' },
};

/** The state by the clock; an accepted grant that has not started yet says so. */
export function GrantStateTag({ grant }: { grant: Pick<Grant, 'state' | 'in_effect' | 'starts_at'> }) {
  const t = useText();
  const { kind, how } = grant.state;
  const starts = grant.starts_at ? Date.parse(grant.starts_at) : 0;
  const waiting = kind === 'active' && !grant.in_effect && starts > Date.now();
  const look = LOOK[waiting ? 'waiting' : kind] ?? { tone: 'quiet' as const, icon: 'info' as const };
  return (
    <StateTag {...look}>
      {waiting ? t('stateWaiting') : kind === 'ended' && how ? t(`how.${how}`) : t(`state.${kind}`)}
    </StateTag>
  );
}
