import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Grant, Membership } from '../../api/gen';
import { getGrantOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { sentence } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { EventList } from '../audit/EventList';
import { ChangeForm } from './ChangeForm';
import { Consent } from './Consent';
import { GrantActions } from './GrantActions';
import { GrantPeople } from './GrantPeople';
import { GrantStateTag } from './GrantStateTag';
import { PendingChange } from './PendingChange';
import { useText } from './text';
import { otherParty, partyName, useGrantWords } from './words';

const route = getRouteApi('/member/access/cross-account/$grantId');

export default function GrantPage() {
  const t = useText();
  const { grantId } = route.useParams();
  const query = useQuery(getGrantOptions({ path: { id: grantId } }));
  const grant = query.data;
  const name = grant ? partyName(otherParty(grant)) : '';
  const asked = grant?.state.kind === 'proposed' && grant.can.accept.allowed;
  return (
    <AccountPage
      title={
        !grant
          ? t('grant')
          : asked
            ? t(grant.started_by === 'recipient' ? 'consentTitle' : 'offerTitle', { company: name })
            : t(grant.my_side === 'recipient' ? 'receivedTitle' : 'givenTitle', { company: name })
      }
      about={t('grantAbout')}
      guide="clients-accounts"
      crumbs={[{ label: t('title'), to: '/access/cross-account' }]}
      roles={['owner', 'proxy']}
    >
      {(membership) => (
        <Loaded query={query}>
          {(loaded) => <GrantView key={grantId} membership={membership} grant={loaded} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function GrantView({ membership, grant }: { membership: Membership; grant: Grant }) {
  const t = useText();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  const [done, setDone] = useState<string | null>(null);
  const [changing, setChanging] = useState(false);
  const shared = { membership, grant, onDone: setDone };
  const proposed = grant.state.kind === 'proposed';
  const asked = proposed && grant.can.accept.allowed;
  const lived = !proposed && grant.state.how !== 'declined';
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {asked ? (
        <Consent {...shared} />
      ) : changing ? (
        <ChangeForm {...shared} onClose={() => setChanging(false)} />
      ) : (
        <>
          <StateCard {...shared}>
            <GrantActions {...shared} onChange={() => setChanging(true)} />
          </StateCard>
          {grant.pending_change ? <PendingChange {...shared} change={grant.pending_change} /> : null}
          <ScopeCard grant={grant} />
        </>
      )}
      {lived && !changing ? (
        <Tabs
          label={t('grantTabs.label')}
          active={tab ?? 'people'}
          onChange={(key) =>
            void navigate({
              to: '/access/cross-account/$grantId',
              params: { grantId: grant.id },
              search: { tab: key === 'history' ? 'history' : undefined },
              resetScroll: false,
            })
          }
          tabs={[
            { key: 'people', label: t('grantTabs.people') },
            { key: 'history', label: t('grantTabs.history') },
          ]}
        >
          {tab === 'history' ? (
            <EventList accountId={membership.account_id} filters={{ subject_id: grant.id }} />
          ) : (
            <GrantPeople {...shared} />
          )}
        </Tabs>
      ) : null}
    </>
  );
}

function StateCard({ grant, children }: { grant: Grant; children: React.ReactNode }) {
  const t = useText();
  const words = useGrantWords();
  const { state } = grant;
  const name = partyName(otherParty(grant));
  const who =
    state.by === null || state.by === undefined
      ? null
      : state.by === grant.my_side
        ? t('byUs')
        : t('byThem', { company: name });
  const tone = state.kind === 'active' ? (grant.in_effect ? 'good' : undefined) : undefined;
  return (
    <Card
      title={t('stateName')}
      tone={state.kind === 'paused' ? 'warn' : tone}
      side={<GrantStateTag grant={grant} />}
    >
      <p>
        {t(`stateText.${state.kind === 'ended' ? (state.how ?? 'revoked') : state.kind}`, {
          date: words.when(state.at),
          company: name,
        })}
        {who && state.kind !== 'active' ? ` ${who}` : null}
      </p>
      {!grant.in_effect &&
      grant.not_in_effect_because &&
      (state.kind === 'active' || state.kind === 'paused') ? (
        <p>
          <strong>{sentence(grant.not_in_effect_because)}</strong>
        </p>
      ) : null}
      {state.reason ? <p>{t('reasonGiven', { reason: state.reason })}</p> : null}
      {grant.in_effect && grant.my_side === 'recipient' && grant.grantor.account_id ? (
        <p>
          <TextLink to="/clients/$accountId" params={{ accountId: grant.grantor.account_id }}>
            {t('openClient', { company: name })}
          </TextLink>
        </p>
      ) : null}
      {children}
    </Card>
  );
}

/** What the grant covers, in words. */
export function ScopeCard({ grant }: { grant: Grant }) {
  const t = useText();
  const words = useGrantWords();
  const party = otherParty(grant);
  const rights = words.rightsList(grant.rights);
  return (
    <Card title={t('coversTitle')}>
      <Facts
        items={[
          [
            t('company'),
            [party.company_name, party.account_name, party.account_number].filter(Boolean).join(', '),
          ],
          [
            t('theirOwner'),
            party.owner
              ? `${party.owner.name}${party.owner.user_id ? ` (${party.owner.user_id})` : ''}`
              : undefined,
          ],
          [
            t('mayDo'),
            <ul className="qm-plain-list" key="rights">
              {rights.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>,
          ],
          [t('subAccounts'), words.scope(grant)],
          [t('topLevelShort'), grant.top_level ? t('common:yes') : t('common:no')],
          [
            t('identifier'),
            grant.identifier
              ? `${t(`common:identifierKind.${grant.identifier.kind}`)} ${grant.identifier.value}`
              : undefined,
          ],
          [t('purpose'), grant.purpose],
          [t('from'), grant.starts_at ? words.when(grant.starts_at) : t('fromAcceptance')],
          [t('until'), words.until(grant.ends_at)],
          [t('startedBy'), `${grant.created_by_name}, ${words.when(grant.created_at)}`],
          [t('lastUsed'), grant.state.kind === 'proposed' ? undefined : words.when(grant.last_used_at)],
        ]}
      />
    </Card>
  );
}
