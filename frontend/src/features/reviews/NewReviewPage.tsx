import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import { startAccessReview } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { AccountPage } from '../../app/AccountPage';
import { dayFromNow } from '../../app/format';
import { Form } from '../../ui/Form';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { CoverFields, coverShape, PolicyField, somethingCovered } from './ReviewFields';
import { useRefreshReviews } from './refresh';
import { useText } from './text';

export default function NewReviewPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('newTitle')}
      about={t('about')}
      lead={t('newLead')}
      crumbs={[
        { label: t('crossAccount'), to: '/access/cross-account' },
        { label: t('title'), to: '/access/reviews' },
      ]}
      roles={['owner']}
    >
      {(membership) => <NewReview key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function NewReview({ membership }: { membership: Membership }) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshReviews(membership.account_id);
  const schema = useMemo(
    () =>
      z
        .object({
          ...coverShape,
          name: z.string().check(
            z.trim(),
            z.refine((text) => text === '' || text.length >= 3, t('nameShort')),
          ),
          due_on: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, t('dueMissing'))),
          when_unanswered: z.enum(['suspend', 'report'], t('policyMissing')),
          note: z.string(),
        })
        .check(somethingCovered(t('coverMissing'))),
    [t],
  );
  const defaults = useMemo(
    () => ({
      name: '',
      covers_members: true,
      covers_outside: true,
      due_on: dayFromNow(14),
      when_unanswered: 'report' as const,
      note: '',
    }),
    [],
  );
  return (
    <Form
      schema={schema}
      defaultValues={defaults}
      submitLabel={t('startSubmit')}
      fieldNames={{ covers_members: 'covers' }}
      onSubmit={async (values) => {
        const { data } = await startAccessReview({
          path: { id: membership.account_id },
          body: {
            name: values.name || null,
            covers_members: values.covers_members,
            covers_outside: values.covers_outside,
            due_on: values.due_on,
            when_unanswered: values.when_unanswered,
            note: values.note.trim() || null,
          },
          headers: idempotencyKey(),
        });
        await refresh();
        await navigate({ to: '/access/reviews/$reviewId', params: { reviewId: data.id } });
      }}
    >
      <CoverFields />
      <TextField name="due_on" type="date" label={t('dueOn')} hint={t('dueOnHint')} />
      <PolicyField />
      <TextField name="name" label={t('name')} hint={t('nameHint')} optional maxLength={120} />
      <TextArea name="note" label={t('note')} hint={t('noteHint')} optional rows={3} maxLength={1000} />
    </Form>
  );
}
