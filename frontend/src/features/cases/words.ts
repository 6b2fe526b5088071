import type { CaseState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import type { Tone } from '../../ui/StateTag';
import type { useText } from './text';

export const STATE_LOOK: Record<CaseState, [Tone, IconName]> = {
  waiting: ['warn', 'clock'],
  answered: ['good', 'check'],
  closed: ['quiet', 'stop'],
};

/** The largest unit that keeps the number readable: minutes below two hours, hours below two days. */
export function duration(minutes: number): { key: 'minutes' | 'hours' | 'days'; count: number } {
  if (minutes < 120) return { key: 'minutes', count: Math.max(1, Math.round(minutes)) };
  if (minutes < 48 * 60) return { key: 'hours', count: Math.round(minutes / 60) };
  return { key: 'days', count: Math.round(minutes / 1440) };
}

export function durationText(t: ReturnType<typeof useText>, minutes: number): string {
  const { key, count } = duration(minutes);
  return t(key, { count });
}
