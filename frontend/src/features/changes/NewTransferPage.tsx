import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { Activity, BusinessActivity, Membership } from '../../api/gen';
import { type AccountParty, proposeTransfer } from '../../api/gen';
import {
  listActivitiesOptions,
  listSiblingAccountsOptions,
  previewTransferOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { Effects } from './Effects';
import { useRefreshAll } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/company/transfers/new');

export default function NewTransferPage() {
  const t = useText();
  const { activity, to } = route.useSearch();
  return (
    <AccountPage
      title={t('newTransfer')}
      lead={t('newTransferLead')}
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
      roles={['owner']}
    >
      {(membership) =>
        activity && to ? (
          <Proposal membership={membership} activity={activity as BusinessActivity} to={to} />
        ) : (
          <Choice key={membership.account_id} membership={membership} />
        )
      }
    </AccountPage>
  );
}

function Choice({ membership }: { membership: Membership }) {
  const t = useText();
  const path = { id: membership.account_id };
  const activities = useQuery(listActivitiesOptions({ path, query: { limit: 200 } }));
  const siblings = useQuery(listSiblingAccountsOptions({ path }));
  return (
    <Loaded query={siblings} rows={2}>
      {(others) =>
        others.items.length === 0 ? (
          <EmptyState kind="nothing" title={t('newTransfer')}>
            {t('noSiblings')}
          </EmptyState>
        ) : (
          <Loaded query={activities} rows={2}>
            {(held) => <ChoiceForm others={others.items} held={held.items} />}
          </Loaded>
        )
      }
    </Loaded>
  );
}

function ChoiceForm({ others, held }: { others: AccountParty[]; held: Activity[] }) {
  const t = useText();
  const navigate = useNavigate();
  const schema = useMemo(
    () =>
      z.object({
        activity: z.string().check(z.minLength(1, t('activityMissing'))),
        to: z.string().check(z.minLength(1, t('accountMissing'))),
      }),
    [t],
  );
  return (
    <Form
      schema={schema}
      defaultValues={{ activity: '', to: others.length === 1 ? (others[0]?.id ?? '') : '' }}
      submitLabel={t('preview')}
      onSubmit={(values) => void navigate({ to: '/company/transfers/new', search: values })}
    >
      <Select
        name="activity"
        label={t('activity')}
        empty={t('common:chooseOne')}
        options={held.map((one) => ({ value: one.activity, label: one.label }))}
      />
      <Select
        name="to"
        label={t('toAccount')}
        empty={t('common:chooseOne')}
        options={others.map((one) => ({
          value: one.id,
          label: t('account', { name: one.name, number: one.account_number }),
        }))}
      />
    </Form>
  );
}

interface ProposalProps {
  membership: Membership;
  activity: BusinessActivity;
  to: string;
}

function Proposal({ membership, activity, to }: ProposalProps) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshAll();
  const { shared } = route.useSearch();
  const path = { id: membership.account_id };
  const preview = useQuery({
    ...previewTransferOptions({
      path,
      query: { activity, to_account_id: to, ...(shared ? { shared_identifiers: shared } : {}) },
    }),
    staleTime: 0,
  });
  const choice = useMemo(() => z.object({ shared: z.enum(['move', 'stay'], t('needsChoice')) }), [t]);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <Loaded query={preview}>
      {(data) => {
        const open = data.collisions.some((one) => one.needs_choice);
        const asks = open || shared !== undefined;
        return (
          <>
            <p>
              <TextLink to="/company/transfers/new" search={{}}>
                {t('changeChoice')}
              </TextLink>
            </p>
            <Effects preview={data} />
            {asks ? (
              <Card title={t('shared')}>
                <Form
                  schema={choice}
                  defaultValues={{ shared: shared ?? ('' as 'move') }}
                  submitLabel={t('preview')}
                  submitKind="secondary"
                  onSubmit={(values) =>
                    void navigate({
                      to: '/company/transfers/new',
                      search: { activity, to, shared: values.shared },
                    })
                  }
                >
                  <RadioGroup
                    name="shared"
                    label={t('shared')}
                    options={[
                      { value: 'move', label: t('sharedMove') },
                      { value: 'stay', label: t('sharedStay') },
                    ]}
                  />
                </Form>
              </Card>
            ) : null}
            {open ? null : (
              <Form
                schema={schema}
                defaultValues={{ reason: '' }}
                submitLabel={t('proposeTransfer')}
                onSubmit={async ({ reason }) => {
                  const { data: made } = await proposeTransfer({
                    path,
                    body: {
                      activity,
                      to_account_id: to,
                      shared_identifiers: shared ?? null,
                      reason,
                      preview_version: data.version,
                    },
                    headers: idempotencyKey(),
                  });
                  await navigate({ to: '/company/transfers/$transferId', params: { transferId: made.id } });
                  await refresh();
                }}
                onProblem={(problem) => {
                  if (problem.code === 'preview-changed') void preview.refetch();
                  return false;
                }}
              >
                <TextArea name="reason" label={t('reason')} hint={t('reasonHint')} rows={3} maxLength={500} />
              </Form>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
