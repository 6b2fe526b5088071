import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import {
  actInCase,
  approveCaseAction,
  assignCase,
  type Case,
  type CaseAction,
  type CaseActionKind,
  type CaseDesk,
  nameCasePerson,
  startCallerVerification,
  tryCallerPhrase,
} from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Alert, type AlertKind } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Form } from '../../ui/Form';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

interface Props {
  found: Case;
  desk: CaseDesk;
  /** False for auditors, who only read. */
  working: boolean;
  onDone: (words: string, kind?: AlertKind) => Promise<void>;
}

/** The desk's side of a case: whose it is, who the caller is, and what may be done then. */
export function DeskPanel({ found, desk, working, onDone }: Props) {
  const t = useText();
  const [error, setError] = useState<unknown>(null);
  const open = working && found.state !== 'closed';
  const run = async (act: () => Promise<unknown>, words: string) => {
    setError(null);
    try {
      await act();
      await onDone(words);
    } catch (caught) {
      setError(caught);
    }
  };
  const mine = { path: { id: found.id } };
  return (
    <>
      {error ? <ProblemAlert error={error} focus /> : null}
      <Card
        title={t('agent')}
        side={
          open ? (
            <Button
              kind="link"
              onClick={() =>
                run(
                  () => assignCase({ ...mine, body: { mine: desk.agent === null } }),
                  desk.agent === null ? t('taken') : t('givenBack'),
                )
              }
            >
              {desk.agent === null ? t('take') : t('giveBack')}
            </Button>
          ) : null
        }
      >
        <p>{desk.agent ?? t('nobody')}</p>
      </Card>
      <Person found={found} desk={desk} open={open} onDone={onDone} />
      {desk.person ? <Verification found={found} desk={desk} open={open} run={run} onDone={onDone} /> : null}
      {desk.person && open ? <Actions found={found} desk={desk} onDone={onDone} /> : null}
      {desk.actions.length > 0 ? (
        <History
          actions={desk.actions}
          open={open}
          onApprove={(action) =>
            run(() => approveCaseAction({ path: { id: found.id, action_id: action.id } }), t('approved'))
          }
        />
      ) : null}
    </>
  );
}

function Person({ found, desk, open, onDone }: Omit<Props, 'working'> & { open: boolean }) {
  const t = useText();
  const [naming, setNaming] = useState(false);
  const schema = useMemo(
    () => z.object({ user_id: z.string().check(z.trim(), z.minLength(1, t('personMissing'))) }),
    [t],
  );
  return (
    <Card
      title={t('person')}
      side={
        open ? (
          <Button kind="link" onClick={() => setNaming(true)}>
            {desk.person ? t('personChange') : t('personSave')}
          </Button>
        ) : null
      }
    >
      {desk.person ? (
        <p>
          <TextLink
            to="/support/people/$personId"
            params={{ personId: desk.person.id }}
            search={{ case: found.id }}
          >
            {desk.person.name}
          </TextLink>{' '}
          ({desk.person.user_id})
        </p>
      ) : (
        <p>{desk.typed_user_id ? t('personUnknown', { userId: desk.typed_user_id }) : t('personNone')}</p>
      )}
      {naming ? (
        <FormDialog
          title={t('personSave')}
          schema={schema}
          defaultValues={{ user_id: desk.typed_user_id ?? '' }}
          submitLabel={t('personSave')}
          onClose={() => setNaming(false)}
          onSubmit={async (values) => {
            const bound = await nameCasePerson({ path: { id: found.id }, body: values });
            await onDone(t('personBound', { name: bound.data.desk?.person?.name ?? values.user_id }));
          }}
        >
          <TextField name="user_id" label={t('personField')} maxLength={32} literal autoComplete="off" />
        </FormDialog>
      ) : null}
    </Card>
  );
}

interface VerificationProps extends Omit<Props, 'working'> {
  open: boolean;
  run: (act: () => Promise<unknown>, words: string) => Promise<void>;
}

function Verification({ found, desk, open, run, onDone }: VerificationProps) {
  const t = useText();
  const me = useMe();
  const schema = useMemo(
    () => z.object({ phrase: z.string().check(z.trim(), z.minLength(1, t('phraseMissing'))) }),
    [t],
  );
  const state = desk.verification;
  const until = formatDateTime(state?.until, me.time_zone);
  const over = state?.until ? Date.parse(state.until) <= Date.now() : false;
  const awaited = state?.state === 'sent' && !over;
  return (
    <Card title={t('verification')} tone={state?.state === 'verified' && !over ? 'good' : undefined}>
      {state === null ? <p>{t('verificationNone')}</p> : null}
      {state?.state === 'failed' ? <Alert kind="error">{t('notVerified')}</Alert> : null}
      {state && over ? <p>{t('expired')}</p> : null}
      {state?.state === 'verified' && !over ? <p>{t('verified', { until })}</p> : null}
      {awaited ? <p>{t('sentBy', { agent: state.agent, until })}</p> : null}
      {state && state.state === 'sent' && state.wrong > 0 ? (
        <Alert kind="warning">{t('wrong', { count: state.wrong })}</Alert>
      ) : null}
      {open && awaited ? (
        <Form
          schema={schema}
          defaultValues={{ phrase: '' }}
          submitLabel={t('check')}
          resetOnSuccess
          onSubmit={async (values) => {
            const heard = await tryCallerPhrase({ path: { id: found.id }, body: values });
            const now = heard.data.desk?.verification;
            const words =
              now?.state === 'verified'
                ? t('verified', { until: formatDateTime(now.until, me.time_zone) })
                : now?.state === 'failed'
                  ? t('notVerified')
                  : t('wrong', { count: now?.wrong ?? 1 });
            await onDone(words, now?.state === 'verified' ? 'success' : 'warning');
          }}
        >
          <TextField
            name="phrase"
            label={t('phraseField')}
            hint={t('phraseHint')}
            maxLength={200}
            literal
            autoComplete="off"
          />
        </Form>
      ) : null}
      {open && state?.state !== 'failed' ? (
        <p>
          <Button
            kind={awaited ? 'link' : 'primary'}
            onClick={() => run(() => startCallerVerification({ path: { id: found.id } }), t('phraseSent'))}
          >
            {state ? t('sendAgain') : t('sendPhrase')}
          </Button>
        </p>
      ) : null}
    </Card>
  );
}

function Actions({ found, desk, onDone }: Omit<Props, 'working'>) {
  const t = useText();
  const [kind, setKind] = useState<CaseActionKind | null>(null);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('reasonMissing'))) }),
    [t],
  );
  const name = desk.person?.name ?? '';
  const verified =
    desk.verification?.state === 'verified' && Date.parse(desk.verification.until ?? '') > Date.now();
  return (
    <Card title={t('actions')}>
      {verified ? (
        <div className="qm-actions">
          <Button onClick={() => setKind('reactivate')}>{t('reactivate')}</Button>
          <Button kind="secondary" onClick={() => setKind('reset_password')}>
            {t('resetPassword')}
          </Button>
        </div>
      ) : (
        <p>{t('actionNeedsCall')}</p>
      )}
      {kind ? (
        <FormDialog
          title={t(`actionTitle.${kind}`, { name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={kind === 'reactivate' ? t('reactivate') : t('resetPassword')}
          onClose={() => setKind(null)}
          onSubmit={async (values) => {
            const made = await actInCase({
              path: { id: found.id },
              body: { kind, reason: values.reason },
              headers: idempotencyKey(),
            });
            await (made.data.state === 'done' ? onDone(t('actionDone')) : onDone(t('actionWaits'), 'info'));
          }}
        >
          <p>{t(`actionText.${kind}`)}</p>
          <TextArea name="reason" label={t('reasonField')} hint={t('reasonHint')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </Card>
  );
}

interface HistoryProps {
  actions: CaseAction[];
  open: boolean;
  onApprove: (action: CaseAction) => void;
}

function History({ actions, open, onApprove }: HistoryProps) {
  const t = useText();
  const me = useMe();
  return (
    <Card title={t('history')}>
      <DataTable
        caption={t('history')}
        rows={actions}
        rowKey={(row) => row.id}
        columns={[
          { key: 'kind', header: t('actions'), rowHeader: true, cell: (row) => t(`actionKind.${row.kind}`) },
          { key: 'reason', header: t('reasonField'), cell: (row) => row.reason },
          {
            key: 'by',
            header: t('by'),
            cell: (row) => [row.agent, row.second_agent].filter(Boolean).join(', '),
          },
          {
            key: 'when',
            header: t('when'),
            cell: (row) => formatDateTime(row.done_at ?? row.asked_at, me.time_zone),
          },
          {
            key: 'state',
            header: t('stateHeader'),
            cell: (row) =>
              row.state === 'awaiting_second_agent' && open && row.agent !== fullNameOf(me) ? (
                <Button kind="link" onClick={() => onApprove(row)}>
                  {t('approve')}
                </Button>
              ) : (
                t(`actionState.${row.state}`)
              ),
          },
        ]}
      />
    </Card>
  );
}

const fullNameOf = (me: { given_name: string; family_name: string }) => `${me.given_name} ${me.family_name}`;
