import { Icon, type IconName } from './Icon';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'info';

/** A state: sign, word and colour together, never colour alone. */
export function StateTag({ tone, icon, children }: { tone: Tone; icon: IconName; children: string }) {
  return (
    <span className={`qm-tag qm-tag--${tone}`}>
      <Icon name={icon} />
      {children}
    </span>
  );
}
