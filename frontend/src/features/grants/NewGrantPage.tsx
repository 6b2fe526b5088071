import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { AccessRequestDraft, Membership, SubAccount } from '../../api/gen';
import { createGrant, type Grant } from '../../api/gen';
import { listAccessRequestDraftsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { EmptyState } from '../../ui/EmptyState';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { Tabs } from '../../ui/Tabs';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useSubAccounts } from '../people/use-sub-accounts';
import { EndFields, RightsFields, ScopeFields, TopLevelField } from './GrantFields';
import { dayChosen, endShape, namedChosen, scopeShape, toEnd, toScope, toStart } from './grant-form';
import { PreviewButton } from './Preview';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName } from './words';

const route = getRouteApi('/member/access/cross-account/new');

export default function NewGrantPage() {
  const t = useText();
  const { way } = route.useSearch();
  return (
    <AccountPage
      title={way === 'request' ? t('requestTitle') : t('inviteTitle')}
      about={t('newAbout')}
      guide="clients-accounts"
      crumbs={[{ label: t('title'), to: '/access/cross-account' }]}
      roles={['owner']}
    >
      {(membership) => <NewGrant key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function NewGrant({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const { way, draft } = route.useSearch();
  const [made, setMade] = useState<Grant | null>(null);
  const refresh = useRefreshGrants(membership.account_id);
  const onMade = async (grant: Grant) => {
    setMade(grant);
    await refresh();
  };
  const sent = made ? (
    <Alert kind="success" focus key={made.id}>
      <p>
        {t(made.started_by === 'recipient' ? 'requestSent' : 'inviteSent', {
          company: partyName(otherParty(made)),
        })}
      </p>
      <p className="qm-row">
        <TextLink to="/access/cross-account/$grantId" params={{ grantId: made.id }}>
          {t('seeGrant')}
        </TextLink>
        <TextLink to="/access/cross-account" search={{ tab: 'pending' }}>
          {t('seePending')}
        </TextLink>
      </p>
    </Alert>
  ) : null;
  if (draft) {
    return (
      <>
        {sent}
        {made ? null : <FromDraft membership={membership} draftId={draft} onMade={onMade} />}
      </>
    );
  }
  return (
    <Tabs
      label={t('ways')}
      active={way ?? 'invite'}
      onChange={(key) => {
        setMade(null);
        void navigate({
          to: '/access/cross-account/new',
          search: { way: key === 'request' ? 'request' : undefined },
        });
      }}
      tabs={[
        { key: 'invite', label: t('wayInvite') },
        { key: 'request', label: t('wayRequest') },
      ]}
    >
      {sent}
      {way === 'request' ? (
        <RequestForm key={made?.id} membership={membership} draft={null} onMade={onMade} />
      ) : (
        <Invite key={made?.id} membership={membership} onMade={onMade} />
      )}
    </Tabs>
  );
}

interface FormProps {
  membership: Membership;
  onMade: (grant: Grant) => Promise<void>;
}

const partyShape = (t: ReturnType<typeof useText>) => ({
  account_number: z.string().check(z.trim(), z.minLength(1, t('numberMissing'))),
  owner_user_id: z.string().check(z.trim(), z.minLength(1, t('ownerMissing'))),
});
const FIELD_NAMES = {
  'counterparty.account_number': 'account_number',
  'counterparty.owner_user_id': 'owner_user_id',
  sub_account_ids: 'chosen',
  starts_at: 'starts',
  ends_at: 'ends',
};

function PartyFields() {
  const t = useText();
  return (
    <>
      <TextField
        name="account_number"
        label={t('accountNumber')}
        hint={t('accountNumberHint')}
        autoComplete="off"
        literal
      />
      <TextField
        name="owner_user_id"
        label={t('ownerUserId')}
        hint={t('ownerUserIdHint')}
        autoComplete="off"
        literal
      />
    </>
  );
}

function Invite({ membership, onMade }: FormProps) {
  const subAccounts = useSubAccounts(membership.account_id);
  return (
    <Loaded query={subAccounts}>
      {(list) => <InviteForm membership={membership} subAccounts={list.items} onMade={onMade} />}
    </Loaded>
  );
}

function InviteForm({ membership, subAccounts, onMade }: FormProps & { subAccounts: SubAccount[] }) {
  const t = useText();
  const me = useMe();
  const schema = useMemo(
    () =>
      z
        .object({
          ...partyShape(t),
          ...scopeShape({ rightsMissing: t('rightsMissing') }),
          ...endShape,
          purpose: z.string().check(z.trim(), z.minLength(3, t('purposeMissing'))),
          starts: z.string(),
        })
        .check(namedChosen(t('scopeMissing')), dayChosen(t('dayMissing'))),
    [t],
  );
  return (
    <>
      <p className="qm-lead">{t('inviteLead')}</p>
      <Form
        schema={schema}
        defaultValues={{
          account_number: '',
          owner_user_id: '',
          scope: 'all',
          chosen: {},
          top_level: false,
          rights: { structure: true, records: 'own_filings', reports: false, users: false },
          purpose: '',
          starts: '',
          end: 'year',
          ends: '',
        }}
        submitLabel={t('inviteSubmit')}
        fieldNames={FIELD_NAMES}
        onSubmit={async (values) => {
          const { data } = await createGrant({
            body: {
              account_id: membership.account_id,
              direction: 'invite',
              counterparty: { account_number: values.account_number, owner_user_id: values.owner_user_id },
              draft_id: null,
              ...toScope(values),
              purpose: values.purpose,
              starts_at: toStart(values.starts, me.time_zone),
              ends_at: toEnd(values, me.time_zone),
            },
            headers: idempotencyKey(),
          });
          await onMade(data);
        }}
      >
        {(values) => (
          <>
            <h2>{t('whom')}</h2>
            <PartyFields />
            <h2>{t('what')}</h2>
            <ScopeFields subAccounts={subAccounts} scope={values.scope} />
            <RightsFields />
            <TextArea
              name="purpose"
              label={t('purpose')}
              hint={t('purposeInviteHint')}
              rows={2}
              maxLength={500}
            />
            <h2>{t('howLong')}</h2>
            <TextField name="starts" type="date" label={t('starts')} hint={t('startsHint')} optional />
            <EndFields end={values.end} />
            <PreviewButton accountId={membership.account_id} values={values} />
          </>
        )}
      </Form>
    </>
  );
}

/** A request whose other side is known from a refusal: nothing to look up, everything filled in. */
function FromDraft({ membership, draftId, onMade }: FormProps & { draftId: string }) {
  const t = useText();
  const drafts = useQuery(
    listAccessRequestDraftsOptions({ path: { id: membership.account_id }, query: { limit: 200 } }),
  );
  return (
    <Loaded query={drafts}>
      {(page) => {
        const draft = page.items.find((one) => one.id === draftId && one.kind === 'request_access');
        return draft ? (
          <RequestForm membership={membership} draft={draft} onMade={onMade} />
        ) : (
          <EmptyState
            kind="nothing"
            title={t('draftGone')}
            action={
              <TextLink to="/access/cross-account" search={{ tab: 'pending' }}>
                {t('seePending')}
              </TextLink>
            }
          >
            {t('draftGoneText')}
          </EmptyState>
        );
      }}
    </Loaded>
  );
}

function RequestForm({ membership, draft, onMade }: FormProps & { draft: AccessRequestDraft | null }) {
  const t = useText();
  const me = useMe();
  const schema = useMemo(
    () =>
      z
        .object({
          ...(draft ? {} : partyShape(t)),
          ...scopeShape({ rightsMissing: t('rightsMissing') }),
          ...endShape,
          purpose: z.string().check(z.trim(), z.minLength(3, t('purposeMissing'))),
        })
        .check(dayChosen(t('dayMissing'))),
    [t, draft],
  );
  return (
    <>
      <p className="qm-lead">{draft ? t('draftLead', { company: draft.company }) : t('requestLead')}</p>
      {draft ? (
        <Alert kind="info">
          {t('draftAbout', {
            company: draft.company,
            kind: t(`common:identifierKind.${draft.identifier_kind}`),
            value: draft.identifier,
          })}
        </Alert>
      ) : (
        <p>
          <TextLink to="/access/cross-account/batches">{t('manyLink')}</TextLink>
        </p>
      )}
      <Form
        schema={schema}
        defaultValues={{
          account_number: '',
          owner_user_id: '',
          scope: draft ? 'named' : 'all',
          chosen: {},
          top_level: false,
          rights: { structure: true, records: 'own_filings', reports: false, users: false },
          purpose: draft
            ? (draft.note ??
              t('draftPurpose', {
                company: membership.company_name,
                kind: t(`common:identifierKind.${draft.identifier_kind}`),
                value: draft.identifier,
              }))
            : '',
          end: 'year',
          ends: '',
        }}
        submitLabel={draft ? t('draftSubmit', { company: draft.company }) : t('requestSubmit')}
        fieldNames={FIELD_NAMES}
        onSubmit={async (values) => {
          const party = values as { account_number?: string; owner_user_id?: string };
          const { data } = await createGrant({
            body: {
              account_id: membership.account_id,
              direction: 'request',
              counterparty: draft
                ? null
                : {
                    account_number: party.account_number ?? '',
                    owner_user_id: party.owner_user_id ?? '',
                  },
              draft_id: draft?.id ?? null,
              ...toScope(values),
              sub_account_ids: [],
              purpose: values.purpose,
              ends_at: toEnd(values, me.time_zone),
            },
            headers: idempotencyKey(),
          });
          await onMade(data);
        }}
      >
        {(values) => (
          <>
            {draft ? null : (
              <>
                <h2>{t('whose')}</h2>
                <PartyFields />
              </>
            )}
            <h2>{t('whatAsked')}</h2>
            {draft ? (
              <RadioGroup
                name="scope"
                label={t('scope')}
                options={[
                  { value: 'named', label: t('scopeOfIdentifier', { value: draft.identifier }) },
                  { value: 'all', label: t('scopeAllChoice') },
                ]}
              />
            ) : null}
            {draft ? <TopLevelField /> : <ScopeFields subAccounts={null} scope="all" />}
            <RightsFields />
            <TextArea
              name="purpose"
              label={t('purpose')}
              hint={t('purposeRequestHint')}
              rows={3}
              maxLength={500}
            />
            <h2>{t('howLong')}</h2>
            <EndFields end={values.end} />
          </>
        )}
      </Form>
    </>
  );
}
