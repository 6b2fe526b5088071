import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { openCase } from '../../api/gen';
import { listCasesQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { useMembership } from '../../app/account';
import { caseTopics } from '../../routes/cases';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Page } from '../../ui/Page';
import { Select } from '../../ui/Select';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

const route = getRouteApi('/member/cases/new');

export default function NewCasePage() {
  const t = useText();
  const me = useMe();
  const here = useMembership();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { topic } = route.useSearch();
  const schema = useMemo(
    () =>
      z.object({
        topic: z.enum(caseTopics, t('topicMissing')),
        account_id: z.string(),
        subject: z.string().check(z.trim(), z.minLength(2, t('subjectMissing'))),
        message: z.string().check(z.trim(), z.minLength(2, t('messageMissing'))),
      }),
    [t],
  );
  return (
    <Page title={t('newTitle')} lead={t('newLead')} crumbs={[{ label: t('title'), to: '/cases' }]} narrow>
      <Card>
        <Form
          schema={schema}
          defaultValues={{
            topic: (topic ?? '') as 'other',
            account_id: here?.account_id ?? '',
            subject: '',
            message: '',
          }}
          submitLabel={t('send')}
          onSubmit={async (values) => {
            const made = await openCase({
              body: { ...values, account_id: values.account_id || null },
              headers: idempotencyKey(),
            });
            await queries.invalidateQueries({ queryKey: listCasesQueryKey() });
            await navigate({ to: '/cases/$caseId', params: { caseId: made.data.id } });
          }}
        >
          <Select
            name="topic"
            label={t('topicField')}
            empty=""
            options={caseTopics.map((value) => ({ value, label: t(`topic.${value}`) }))}
          />
          <Select
            name="account_id"
            label={t('accountField')}
            empty={t('noAccount')}
            options={me.memberships.map((one) => ({ value: one.account_id, label: one.account_name }))}
          />
          <TextField name="subject" label={t('subjectField')} maxLength={120} />
          <TextArea
            name="message"
            label={t('messageField')}
            hint={t('messageHint')}
            rows={8}
            maxLength={4000}
          />
        </Form>
      </Card>
    </Page>
  );
}
