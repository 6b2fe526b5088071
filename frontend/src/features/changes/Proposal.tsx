import type { AccountParty, ProposalState } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const LOOK: Record<ProposalState, [Tone, IconName]> = {
  proposed: ['info', 'pending'],
  accepted: ['good', 'check'],
  declined: ['bad', 'stop'],
  withdrawn: ['quiet', 'stop'],
  superseded: ['quiet', 'stop'],
};

export function StateOfProposal({ state }: { state: ProposalState }) {
  const t = useText();
  return (
    <StateTag tone={LOOK[state][0]} icon={LOOK[state][1]}>
      {t(`states.${state}`)}
    </StateTag>
  );
}

/** An account of either side, with who decides for it. */
export function Party({ account }: { account: AccountParty }) {
  const t = useText();
  return (
    <>
      {t('account', { name: account.name, number: account.account_number })}
      <span className="qm-muted">, {t('ownedBy', { name: account.owner.name })}</span>
    </>
  );
}
