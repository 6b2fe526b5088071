import type { SignInEvent } from '../api/gen';
import { useCommonText } from '../i18n';
import { StateTag } from '../ui/StateTag';

export function OutcomeTag({ outcome }: { outcome: SignInEvent['outcome'] }) {
  const t = useCommonText();
  const good = outcome === 'succeeded';
  return (
    <StateTag
      tone={good ? 'good' : outcome === 'failed' ? 'warn' : 'bad'}
      icon={good ? 'check' : outcome === 'failed' ? 'alert' : 'lock'}
    >
      {t(`signInOutcome.${outcome}`)}
    </StateTag>
  );
}
