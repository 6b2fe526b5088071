import type { IdentifierClaim } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { TextLink } from '../../ui/TextLink';
import { StateOfClaim } from './StateOfClaim';
import { useText } from './text';

/** A claim with its dates and reasons, as the reader's side may see them. */
export function ClaimFacts({ claim }: { claim: IdentifierClaim }) {
  const t = useText();
  const me = useMe();
  const time = (value: string | null | undefined) => formatDateTime(value, me.time_zone);
  const by = (value: string, name: string | null | undefined) =>
    name ? `${value} ${t('filedBy', { name })}` : value;
  const waiting = claim.state === 'open' || claim.state === 'disputed';
  return (
    <Card title={t('claim')}>
      <Facts
        items={[
          [t('state'), <StateOfClaim key="state" state={claim.state} overdue={claim.overdue} />],
          [t(`common:identifierKind.${claim.identifier_kind}`), <code key="value">{claim.identifier}</code>],
          [
            t('claimant'),
            claim.application_id ? (
              <TextLink
                key="application"
                to="/applications/$applicationId"
                params={{ applicationId: claim.application_id }}
              >
                {claim.claimant_company} ({t('application')})
              </TextLink>
            ) : claim.claimant_account && claim.side === 'staff' ? (
              <TextLink
                key="claimant"
                to="/support/accounts/$accountId"
                params={{ accountId: claim.claimant_account.id }}
              >
                {claim.claimant_company} ({claim.claimant_account.account_number})
              </TextLink>
            ) : (
              claim.claimant_company
            ),
          ],
          [
            t('holder'),
            claim.side !== 'staff' ? undefined : claim.holder_account ? (
              <TextLink
                key="holder"
                to="/support/accounts/$accountId"
                params={{ accountId: claim.holder_account.id }}
              >
                {claim.holder_company} ({claim.holder_account.account_number})
              </TextLink>
            ) : (
              '–'
            ),
          ],
          [
            t('subAccount'),
            claim.side === 'claimant' && claim.sub_account_id ? (
              <TextLink
                key="sub"
                to="/company/sub-accounts/$subAccountId"
                params={{ subAccountId: claim.sub_account_id }}
              >
                {t('toSubAccount')}
              </TextLink>
            ) : undefined,
          ],
          [t('filed'), by(time(claim.filed_at), claim.filed_by_name)],
          [t('due'), waiting ? time(claim.answer_due_at) : undefined],
          [
            t('answered'),
            claim.answered_at ? by(time(claim.answered_at), claim.answered_by_name) : undefined,
          ],
          [
            t('decided'),
            claim.decided_at
              ? `${time(claim.decided_at)} ${claim.decided_by ? t(`decidedBy.${claim.decided_by}`) : ''}`
              : undefined,
          ],
        ]}
      />
      <p>
        <strong>{t('reason')}:</strong> {claim.reason}
      </p>
      {claim.answer_reason ? (
        <p>
          <strong>{t('answer')}:</strong> {claim.answer_reason}
        </p>
      ) : null}
      {claim.decision_reason ? (
        <p>
          <strong>{t('decision')}:</strong> {claim.decision_reason}
        </p>
      ) : null}
      {waiting ? <p className="qm-muted">{t('dueNote')}</p> : null}
    </Card>
  );
}
