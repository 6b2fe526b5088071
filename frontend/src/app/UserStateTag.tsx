import type { UserState } from '../api/gen';
import { useCommonText } from '../i18n';
import type { IconName } from '../ui/Icon';
import { StateTag, type Tone } from '../ui/StateTag';

const LOOK: Record<UserState['kind'], [Tone, IconName]> = {
  active: ['good', 'check'],
  invited: ['info', 'mail'],
  failed_attempts: ['bad', 'lock'],
  dormant: ['warn', 'clock'],
  suspended: ['quiet', 'stop'],
};

export function UserStateTag({ state }: { state: UserState }) {
  const t = useCommonText();
  const [tone, icon] = LOOK[state.kind];
  return (
    <StateTag tone={tone} icon={icon}>
      {t(`state.${state.kind}`)}
    </StateTag>
  );
}
