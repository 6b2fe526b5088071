import type { AccessReview, AccessReviewItem } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const REVIEW: Record<AccessReview['state'], { tone: Tone; icon: IconName }> = {
  running: { tone: 'info', icon: 'pending' },
  finished: { tone: 'good', icon: 'check' },
  cancelled: { tone: 'quiet', icon: 'stop' },
};

const ITEM: Record<AccessReviewItem['state'], { tone: Tone; icon: IconName }> = {
  open: { tone: 'info', icon: 'pending' },
  kept: { tone: 'good', icon: 'check' },
  changed: { tone: 'good', icon: 'check' },
  removed: { tone: 'bad', icon: 'stop' },
  suspended: { tone: 'bad', icon: 'lock' },
  reported: { tone: 'warn', icon: 'alert' },
  left: { tone: 'quiet', icon: 'stop' },
};

export function ReviewTag({ state }: { state: AccessReview['state'] }) {
  const t = useText();
  return <StateTag {...REVIEW[state]}>{t(`state.${state}`)}</StateTag>;
}

export function ItemTag({ state }: { state: AccessReviewItem['state'] }) {
  const t = useText();
  return <StateTag {...ITEM[state]}>{t(`itemState.${state}`)}</StateTag>;
}
