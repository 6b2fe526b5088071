import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { type AccountParty, proposeMerge } from '../../api/gen';
import { listSiblingAccountsOptions, previewMergeOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { EmptyState } from '../../ui/EmptyState';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { MergeEffects } from './MergeEffects';
import { useRefreshAll } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/company/merges/new');
const ROLES = ['proxy', 'user'] as const;

export default function NewMergePage() {
  const t = useText();
  const { other, keep, managers } = route.useSearch();
  return (
    <AccountPage
      title={t('newMerge')}
      lead={t('newMergeLead')}
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
      roles={['owner']}
    >
      {(membership) =>
        other && keep && managers ? (
          <Proposal membership={membership} other={other} keep={keep} managers={managers} />
        ) : (
          <Choice key={membership.account_id} membership={membership} />
        )
      }
    </AccountPage>
  );
}

function Choice({ membership }: { membership: Membership }) {
  const t = useText();
  const siblings = useQuery(listSiblingAccountsOptions({ path: { id: membership.account_id } }));
  return (
    <Loaded query={siblings} rows={2}>
      {(others) =>
        others.items.length === 0 ? (
          <EmptyState kind="nothing" title={t('newMerge')}>
            {t('noSiblings')}
          </EmptyState>
        ) : (
          <ChoiceForm others={others.items} membership={membership} />
        )
      }
    </Loaded>
  );
}

function ChoiceForm({ others, membership }: { others: AccountParty[]; membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const schema = useMemo(
    () =>
      z.object({
        other: z.string().check(z.minLength(1, t('accountMissing'))),
        keep: z.enum(['this', 'other'], t('accountMissing')),
        managers: z.enum(ROLES, t('formerMissing')),
      }),
    [t],
  );
  const name = (one: { name: string; account_number: string } | undefined) =>
    one ? t('account', { name: one.name, number: one.account_number }) : '…';
  return (
    <Form
      schema={schema}
      defaultValues={{
        other: others.length === 1 ? (others[0]?.id ?? '') : '',
        keep: 'this',
        managers: 'proxy',
      }}
      submitLabel={t('preview')}
      onSubmit={(values) => void navigate({ to: '/company/merges/new', search: values })}
    >
      {(values) => (
        <>
          <Select
            name="other"
            label={t('otherAccount')}
            empty={t('common:chooseOne')}
            options={others.map((one) => ({ value: one.id, label: name(one) }))}
          />
          <RadioGroup
            name="keep"
            label={t('keep')}
            hint={t('keepHint')}
            options={[
              {
                value: 'this',
                label: t('keepThis', {
                  name: name({ name: membership.account_name, account_number: membership.account_number }),
                }),
              },
              {
                value: 'other',
                label: t('keepOther', { name: name(others.find((one) => one.id === values.other)) }),
              },
            ]}
          />
          <RadioGroup
            name="managers"
            label={t('managers')}
            hint={t('managersHint')}
            options={ROLES.map((value) => ({ value, label: t(`common:role.${value}`) }))}
          />
        </>
      )}
    </Form>
  );
}

interface ProposalProps {
  membership: Membership;
  other: string;
  keep: 'this' | 'other';
  managers: 'proxy' | 'user';
}

function Proposal({ membership, other, keep, managers }: ProposalProps) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshAll();
  const path = { id: membership.account_id };
  const choice = { other_account_id: other, keep, managers_become: managers };
  const preview = useQuery({ ...previewMergeOptions({ path, query: choice }), staleTime: 0 });
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <Loaded query={preview}>
      {(data) => (
        <>
          <p>
            {t('mergeOf', { from: data.from.name, into: data.into.name })}.{' '}
            <TextLink to="/company/merges/new" search={{}}>
              {t('changeChoice')}
            </TextLink>
          </p>
          <MergeEffects preview={data} />
          <Form
            schema={schema}
            defaultValues={{ reason: '' }}
            submitLabel={t('proposeMerge')}
            onSubmit={async ({ reason }) => {
              const { data: made } = await proposeMerge({
                path,
                body: { ...choice, reason, preview_version: data.version },
                headers: idempotencyKey(),
              });
              await navigate({ to: '/company/merges/$mergeId', params: { mergeId: made.id } });
              await refresh();
            }}
            onProblem={(problem) => {
              if (problem.code === 'preview-changed') void preview.refetch();
              return false;
            }}
          >
            <TextArea name="reason" label={t('reason')} hint={t('reasonHint')} rows={3} maxLength={500} />
          </Form>
        </>
      )}
    </Loaded>
  );
}
