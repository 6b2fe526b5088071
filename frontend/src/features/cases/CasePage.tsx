import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import * as z from 'zod/mini';
import { type Case, closeCase, writeCaseMessage } from '../../api/gen';
import { getCaseOptions, listCaseMessagesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { formatDateTime } from '../../app/format';
import { DESK, isOneOf } from '../../app/staff';
import { useMe } from '../../session';
import { Alert, type AlertKind } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { StateTag } from '../../ui/StateTag';
import { TextArea } from '../../ui/TextArea';
import { Attachments } from './Attachments';
import { DeskPanel } from './DeskPanel';
import { PreparedAnswer } from './PreparedAnswer';
import { useText } from './text';
import { durationText, STATE_LOOK } from './words';

const route = getRouteApi('/member/cases/$caseId');

export default function CasePage() {
  const t = useText();
  const { caseId } = route.useParams();
  const query = useQuery({ ...getCaseOptions({ path: { id: caseId } }), staleTime: 0 });
  const found = query.data;
  return (
    <Page
      title={found ? t('caseTitle', { number: found.number, subject: found.subject }) : t('title')}
      crumbs={
        found?.desk ? [{ label: t('queue'), to: '/case-queue' }] : [{ label: t('title'), to: '/cases' }]
      }
    >
      <Loaded query={query} rows={8}>
        {(loaded) => <View found={loaded} />}
      </Loaded>
    </Page>
  );
}

function View({ found }: { found: Case }) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [done, setDone] = useState<{ words: string; kind: AlertKind } | null>(null);
  const [closing, setClosing] = useState(false);
  const working = isOneOf(me.staff_role, DESK);
  const mayWrite = working || !found.desk;
  const refresh = () => queries.invalidateQueries();
  const say = async (words: string, kind: AlertKind = 'success') => {
    await refresh();
    setDone({ words, kind });
  };
  return (
    <>
      {done ? (
        <Alert kind={done.kind} focus key={done.words}>
          {done.words}
        </Alert>
      ) : null}
      {found.waiting && !found.desk ? <Waiting found={found} /> : null}
      <Card
        title={t('facts')}
        side={
          mayWrite && found.state !== 'closed' ? (
            <Button kind="link" onClick={() => setClosing(true)}>
              {t('close')}
            </Button>
          ) : null
        }
      >
        <Facts
          items={[
            [
              t('stateHeader'),
              <StateTag key="state" tone={STATE_LOOK[found.state][0]} icon={STATE_LOOK[found.state][1]}>
                {t(`state.${found.state}`)}
              </StateTag>,
            ],
            [t('topicHeader'), t(`topic.${found.topic}`)],
            [t('openedHeader'), formatDateTime(found.opened_at, me.time_zone)],
            [t('openedBy'), found.desk ? found.opened_by || t('anonymous') : undefined],
            [
              t('account'),
              found.account ? `${found.account.name} (${found.account.account_number})` : undefined,
            ],
          ]}
        />
      </Card>
      {found.desk ? <DeskPanel found={found} desk={found.desk} working={working} onDone={say} /> : null}
      <Messages found={found} />
      <Attachments found={found} mayAdd={mayWrite && found.state !== 'closed'} />
      {mayWrite && !(found.desk && found.state === 'closed') ? (
        <Reply key={found.state_since} found={found} onDone={() => say(t('sent'))} />
      ) : null}
      {closing ? (
        <ConfirmDialog
          title={t('closeTitle', { number: found.number })}
          confirmLabel={t('close')}
          onConfirm={async () => {
            await closeCase({ path: { id: found.id } });
            await say(t('closed'));
          }}
          onClose={() => setClosing(false)}
        >
          <p>{found.desk ? t('closeText') : t('closeOwnText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function Waiting({ found }: { found: Case }) {
  const t = useText();
  if (!found.waiting) return null;
  const { place, expected, answered_last_7_days: answered } = found.waiting;
  return (
    <Card title={t('queueTitle')}>
      <p>{t('place', { count: place })}</p>
      {expected ? (
        <>
          <p>
            {t('expected', {
              likely: durationText(t, expected.likely_minutes),
              from: durationText(t, expected.from_minutes),
              to: durationText(t, expected.to_minutes),
            })}
          </p>
          <p className="qm-muted">{t('expectedFrom', { count: answered })}</p>
        </>
      ) : (
        <p className="qm-muted">{t('expectedUnknown')}</p>
      )}
    </Card>
  );
}

function Messages({ found }: { found: Case }) {
  const t = useText();
  const me = useMe();
  const query = useQuery({
    ...listCaseMessagesOptions({ path: { id: found.id }, query: { limit: 200 } }),
    staleTime: 0,
  });
  return (
    <Card title={t('messages')}>
      <Loaded query={query} rows={4}>
        {(page) => (
          <ol className="qm-plain-list qm-stack">
            {page.items.map((one) => (
              <li key={one.id}>
                <p className="qm-muted qm-small">
                  {one.author_name} ({t(`author.${one.author}`)}), {formatDateTime(one.at, me.time_zone)}
                </p>
                {one.body.split('\n').map((line, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
                  <p key={at}>{line}</p>
                ))}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  );
}

function Reply({ found, onDone }: { found: Case; onDone: () => Promise<void> }) {
  const t = useText();
  const schema = useMemo(
    () =>
      z.object({
        body: z.string().check(z.trim(), z.minLength(2, t('messageMissing'))),
        internal: z.optional(z.boolean()),
      }),
    [t],
  );
  const around = useRef<HTMLDivElement>(null);
  return (
    <Card title={t('reply')}>
      {found.state === 'closed' ? <p>{t('replyReopens')}</p> : null}
      {found.desk ? <PreparedAnswer topic={found.topic} around={around} /> : null}
      <Form
        schema={schema}
        defaultValues={{ body: '', internal: false }}
        submitLabel={t('sendReply')}
        resetOnSuccess
        onSubmit={async (values) => {
          await writeCaseMessage({
            path: { id: found.id },
            body: { body: values.body, internal: values.internal ?? false },
            headers: idempotencyKey(),
          });
          await onDone();
        }}
      >
        <div ref={around}>
          <TextArea name="body" label={t('answerField')} rows={5} maxLength={4000} />
        </div>
        {found.desk ? <Checkbox name="internal" label={t('internalField')} /> : null}
      </Form>
    </Card>
  );
}
