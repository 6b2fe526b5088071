import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import {
  type AccountUser,
  handOverOwnership,
  type Membership,
  nominateOwner,
  requestOwnerSuccession,
} from '../../api/gen';
import { listUsersOptions, previewOwnerSuccessionOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { formatDateTime, fullName } from '../../app/format';
import { session, useMe } from '../../session';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useRefreshAll } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/company/owner/new');
const ROLES = ['proxy', 'user'] as const;
const WAYS = ['nomination', 'hand_over'] as const;
type Kind = (typeof WAYS)[number] | 'request';

/** The owner names a successor or hands over; a proxy asks because the owner is silent. */
export default function NewOwnerPage() {
  const t = useText();
  const membership = useMembership();
  const { successor, former, way } = route.useSearch();
  const asks = membership?.role === 'proxy';
  return (
    <AccountPage
      title={asks ? t('askOwnerChange') : t('newOwner')}
      lead={asks ? t('requestLeadPlain') : t('newOwnerLead')}
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
      roles={['owner', 'proxy']}
    >
      {(current) => {
        const kind: Kind | undefined = asks ? 'request' : way;
        return successor && former && kind ? (
          <Proposal membership={current} successor={successor} former={former} kind={kind} />
        ) : (
          <Choice key={current.account_id} membership={current} />
        );
      }}
    </AccountPage>
  );
}

function Choice({ membership }: { membership: Membership }) {
  const t = useText();
  const users = useQuery(
    listUsersOptions({ path: { id: membership.account_id }, query: { limit: 200, state: 'active' } }),
  );
  return (
    <Loaded query={users} rows={3}>
      {(page) => {
        const candidates = page.items.filter((user) => user.role !== 'owner');
        return candidates.length === 0 ? (
          <EmptyState kind="nothing" title={t('newOwner')}>
            {t('noCandidates')}
          </EmptyState>
        ) : (
          <ChoiceForm candidates={candidates} membership={membership} />
        );
      }}
    </Loaded>
  );
}

function ChoiceForm({ candidates, membership }: { candidates: AccountUser[]; membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const owns = membership.role === 'owner';
  const schema = useMemo(
    () =>
      z.object({
        way: owns ? z.enum(WAYS, t('wayMissing')) : z.optional(z.enum(WAYS)),
        successor: z.string().check(z.minLength(1, t('successorMissing'))),
        former: z.enum(ROLES, t('formerMissing')),
      }),
    [t, owns],
  );
  return (
    <Form
      schema={schema}
      defaultValues={{ way: owns ? 'nomination' : undefined, successor: '', former: 'proxy' }}
      submitLabel={t('preview')}
      onSubmit={(values) => void navigate({ to: '/company/owner/new', search: values })}
    >
      {owns ? (
        <RadioGroup
          name="way"
          label={t('way')}
          options={WAYS.map((value) => ({ value, label: t(`ways.${value}`), hint: t(`wayHint.${value}`) }))}
        />
      ) : null}
      <Select
        name="successor"
        label={t('successor')}
        hint={t('successorHint')}
        empty={t('common:chooseOne')}
        options={candidates.map((user) => ({
          value: user.id,
          label: `${fullName(user)}, ${t(`common:role.${user.role}`)}`,
        }))}
      />
      <RadioGroup
        name="former"
        label={t('formerRole')}
        options={ROLES.map((value) => ({ value, label: t(`common:role.${value}`) }))}
      />
    </Form>
  );
}

interface ProposalProps {
  membership: Membership;
  successor: string;
  former: 'proxy' | 'user';
  kind: Kind;
}

function Proposal({ membership, successor, former, kind }: ProposalProps) {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  const refresh = useRefreshAll();
  const path = { id: membership.account_id };
  const preview = useQuery({
    ...previewOwnerSuccessionOptions({
      path,
      query: { kind, successor_user_id: successor, former_owner_role: former },
    }),
    staleTime: 0,
  });
  const schema = useMemo(
    () =>
      z.object({
        takes_over_on: z.optional(z.string()),
        reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))),
      }),
    [t],
  );
  const asked = { successor_user_id: successor, former_owner_role: former };
  const propose = async (reason: string, day: string | undefined) => {
    if (kind === 'hand_over') {
      await handOverOwnership({ path, body: { ...asked, reason } });
      // One's own role has changed with it.
      await session.refresh();
      await navigate({ to: '/company/changes' });
    } else {
      const { data } =
        kind === 'nomination'
          ? await nominateOwner({
              path,
              body: { ...asked, reason, takes_over_on: day || null },
              headers: idempotencyKey(),
            })
          : await requestOwnerSuccession({ path, body: { ...asked, reason }, headers: idempotencyKey() });
      await navigate({ to: '/company/owner/$successionId', params: { successionId: data.id } });
    }
    await refresh();
  };
  return (
    <Loaded query={preview}>
      {(data) => (
        <>
          <p>
            <TextLink to="/company/owner/new" search={{}}>
              {t('changeChoice')}
            </TextLink>
          </p>
          <Card title={t('successionEffects')}>
            <ul>
              {data.changes.map((line) => (
                <li key={line}>{line}</li>
              ))}
              {data.officers.length > 0 ? (
                <li>{t('willBeTold', { list: data.officers.join(', ') })}</li>
              ) : null}
              {data.completes_after ? (
                <li>
                  {t('waitsUntil')}: {formatDateTime(data.completes_after, me.time_zone)}
                </li>
              ) : null}
            </ul>
            {data.waiting_days ? (
              <p className="qm-muted">{t('untilNote', { count: data.waiting_days })}</p>
            ) : null}
          </Card>
          <Form
            schema={schema}
            defaultValues={{ takes_over_on: '', reason: '' }}
            submitLabel={t(`submit.${kind}`)}
            submitKind={kind === 'hand_over' ? 'danger' : 'primary'}
            onSubmit={({ reason, takes_over_on }) => propose(reason, takes_over_on)}
          >
            {kind === 'nomination' ? (
              <TextField
                name="takes_over_on"
                type="date"
                label={t('takesOver')}
                hint={t('takesOverHint')}
                optional
              />
            ) : null}
            <TextArea name="reason" label={t('reason')} hint={t('reasonHint')} rows={3} maxLength={500} />
          </Form>
        </>
      )}
    </Loaded>
  );
}
