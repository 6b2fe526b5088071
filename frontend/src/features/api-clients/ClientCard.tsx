import type { ApiClient, ApiClientSecret, ApiScope, ApiScopeInfo, Membership } from '../../api/gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { CopyText } from '../../ui/CopyText';
import { Facts } from '../../ui/Facts';
import { StateTag } from '../../ui/StateTag';
import { useSubAccounts } from '../people/use-sub-accounts';
import { useText } from './text';

interface Props {
  client: ApiClient;
  scopes: ApiScopeInfo[];
  membership: Membership;
  onAsk: (act: 'change' | 'approve' | 'secret' | 'end') => void;
  onRemove: (secret: ApiClientSecret) => void;
}

const TAGS = {
  awaiting_approval: { tone: 'warn', icon: 'clock' },
  active: { tone: 'good', icon: 'check' },
  expired: { tone: 'bad', icon: 'clock' },
  ended: { tone: 'quiet', icon: 'stop' },
} as const;

/** One program: what it may do, its secrets, when it was last used. */
export function ClientCard({ client, scopes, membership, onAsk, onRemove }: Props) {
  const t = useText();
  const zone = useMe().time_zone;
  const subAccounts = useSubAccounts(membership.account_id);
  const open = client.state !== 'ended';
  const when = (at: string | null | undefined) => (at ? formatDateTime(at, zone) : t('never'));
  const words = (list: ApiScope[]) => (
    <ul>
      {scopes
        .filter((one) => list.includes(one.scope))
        .map((one) => (
          <li key={one.scope}>{one.words}</li>
        ))}
    </ul>
  );
  const named = (ids: string[]) =>
    ids.map((id) => subAccounts.data?.items.find((one) => one.id === id)?.name ?? id).join(', ');
  const tag = TAGS[client.state];
  return (
    <Card
      title={client.name}
      side={
        <StateTag tone={tag.tone} icon={tag.icon}>
          {t(`states.${client.state}`)}
        </StateTag>
      }
    >
      {client.pending_scopes ? (
        <Alert kind="info" title={t('waiting')}>
          <p>{t('waitingText')}</p>
          {words(client.pending_scopes)}
          {membership.role === 'owner' ? (
            <Button aria-label={t('approveOf', { name: client.name })} onClick={() => onAsk('approve')}>
              {t('approve')}
            </Button>
          ) : null}
        </Alert>
      ) : null}
      <Facts
        items={[
          [t('clientId'), <CopyText key="id" value={client.id} label={t('copyId', { name: client.name })} />],
          [t('scopes'), client.scopes.length > 0 ? words(client.scopes) : '–'],
          [t('contact'), client.contact_email],
          [t('limits'), client.sub_account_ids ? named(client.sub_account_ids) : t('allSubAccounts')],
          [t('networks'), client.networks.length > 0 ? client.networks.join(', ') : t('everywhere')],
          [t('ends'), formatDateTime(client.expires_at, zone)],
          [
            t('lastUsed'),
            client.last_used_at
              ? t('usedFrom', { at: when(client.last_used_at), network: client.last_used_network ?? '–' })
              : t('never'),
          ],
          [t('endedBy'), client.ended_by_name ?? undefined],
          [
            t('secrets'),
            client.secrets.length === 0 ? (
              t('noSecrets')
            ) : (
              <ul key="secrets">
                {client.secrets.map((secret) => (
                  <li key={secret.id}>
                    {t('secret', {
                      hint: secret.hint,
                      made: when(secret.created_at),
                      by: secret.created_by_name,
                      used: when(secret.last_used_at),
                    })}{' '}
                    <Button
                      kind="link"
                      aria-label={t('removeSecret', { hint: secret.hint })}
                      onClick={() => onRemove(secret)}
                    >
                      {t('common:remove')}
                    </Button>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      {open ? (
        <p className="qm-row">
          <Button
            kind="secondary"
            small
            aria-label={t('changeOf', { name: client.name })}
            onClick={() => onAsk('change')}
          >
            {t('change')}
          </Button>
          {client.secrets.length < 2 ? (
            <Button
              kind="secondary"
              small
              aria-label={t('newSecretOf', { name: client.name })}
              onClick={() => onAsk('secret')}
            >
              {t('newSecret')}
            </Button>
          ) : null}
          <Button
            kind="secondary"
            small
            aria-label={t('endOf', { name: client.name })}
            onClick={() => onAsk('end')}
          >
            {t('end')}
          </Button>
        </p>
      ) : null}
    </Card>
  );
}
