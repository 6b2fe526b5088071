import { useState } from 'react';
import type { Application } from '../../api/gen';
import { withdrawApplication } from '../../api/gen';
import { toProblem } from '../../api/problem';
import { formatDateTime } from '../../app/format';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { CopyText } from '../../ui/CopyText';
import { EmptyState } from '../../ui/EmptyState';
import { Facts } from '../../ui/Facts';
import type { IconName } from '../../ui/Icon';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import { StateTag, type Tone } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { ApplicationFacts } from './ApplicationFacts';
import { ClaimPanel } from './ClaimPanel';
import { CodePanel } from './CodePanel';
import { about, type Kept, returnLink, useApplication } from './current';
import { ReviewPanel } from './ReviewPanel';
import { useText } from './text';

const LOOK: Record<Application['state'], [Tone, IconName]> = {
  draft: ['quiet', 'pending'],
  awaiting_code: ['info', 'mail'],
  not_confirmed: ['warn', 'alert'],
  claim_offered: ['warn', 'alert'],
  claim_filed: ['info', 'pending'],
  in_review: ['info', 'pending'],
  approved: ['good', 'check'],
  rejected: ['bad', 'stop'],
  withdrawn: ['quiet', 'stop'],
  expired: ['quiet', 'clock'],
};

export default function StatusPage() {
  const t = useText();
  const { kept, application, error, load, setApplication, close } = useApplication();
  const [done, setDone] = useState<string | null>(null);
  const gone = error ? toProblem(error).status === 404 : false;
  return (
    <Page title={t('statusTitle')} about={t('about')} narrow>
      {!kept || gone ? (
        <EmptyState
          kind="nothing"
          title={t('noneTitle')}
          action={
            <ButtonLink to="/apply" onClick={close}>
              {t('begin')}
            </ButtonLink>
          }
        >
          {gone ? t('gone') : t('none')}
        </EmptyState>
      ) : error && !application ? (
        <ProblemAlert error={error} onRetry={() => void load()} />
      ) : !application ? (
        <Skeleton />
      ) : (
        <>
          {done ? (
            <Alert kind="success" focus key={done}>
              {done}
            </Alert>
          ) : null}
          <Status
            application={application}
            kept={kept}
            onClose={close}
            onChange={(next, text) => {
              if (next) setApplication(next);
              else void load();
              setDone(text);
            }}
          />
        </>
      )}
    </Page>
  );
}

export interface PanelProps {
  application: Application;
  kept: Kept;
  /** Null for the application: it has changed in a way that only the server knows. */
  onChange: (next: Application | null, done: string | null) => void;
}

function Status({ application, kept, onChange, onClose }: PanelProps & { onClose: () => void }) {
  const t = useText();
  const [withdrawing, setWithdrawing] = useState(false);
  const { state, can } = application;
  const [tone, icon] = LOOK[state];
  const shared = { application, kept, onChange };
  const over = ['approved', 'rejected', 'withdrawn', 'expired'].includes(state);
  return (
    <>
      <Card
        title={t('where')}
        tone={tone === 'good' || tone === 'bad' || tone === 'warn' ? tone : undefined}
        side={
          <StateTag tone={tone} icon={icon}>
            {t(`state.${state}`)}
          </StateTag>
        }
      >
        <p>{t(`text.${state}`, { email: application.invited_email ?? '' })}</p>
        {application.decision_reason ? (
          <p>
            <strong>{t('reason')}:</strong> {application.decision_reason}
          </p>
        ) : null}
        {state === 'draft' ? <ButtonLink to="/apply">{t('goOn')}</ButtonLink> : null}
        {state === 'not_confirmed' && can.change ? <ButtonLink to="/apply">{t('correct')}</ButtonLink> : null}
        {over && state !== 'approved' ? (
          <ButtonLink to="/apply" onClick={onClose}>
            {t('fresh')}
          </ButtonLink>
        ) : null}
        {state === 'awaiting_code' ? <CodePanel {...shared} /> : null}
        {application.claim || can.claim ? <ClaimPanel {...shared} /> : null}
      </Card>
      {can.ask_for_review ? <ReviewPanel {...shared} /> : null}
      <Card title={t('facts')}>
        <ApplicationFacts application={application} />
        <Facts
          items={[
            [t('submitted'), formatDateTime(application.submitted_at) || undefined],
            [t('confirmed'), formatDateTime(application.code_confirmed_at) || undefined],
            [t('decided'), formatDateTime(application.decided_at) || undefined],
            [t('expires'), over ? undefined : formatDateTime(application.expires_at) || undefined],
          ]}
        />
        {can.change && state !== 'draft' && state !== 'not_confirmed' ? (
          <p>
            <TextLink to="/apply">{t('correct')}</TextLink>
          </p>
        ) : null}
      </Card>
      {over ? null : (
        <Card title={t('returnTitle')}>
          <p>{t('returnText', { email: application.email ?? t('common:unknown') })}</p>
          <CopyText value={returnLink(kept)} label={t('returnLink')} />
        </Card>
      )}
      <div className="qm-row">
        {can.withdraw ? (
          <Button kind="secondary" onClick={() => setWithdrawing(true)}>
            {t('withdraw')}
          </Button>
        ) : null}
        <Button kind="link" onClick={onClose}>
          {t('forget')}
        </Button>
      </div>
      {withdrawing ? (
        <ConfirmDialog
          title={t('withdrawTitle', { company: application.company_name ?? t('common:unknown') })}
          confirmLabel={t('withdraw')}
          destructive
          onConfirm={async () => {
            const { data } = await withdrawApplication(about(kept));
            onChange(data, t('withdrawn'));
          }}
          onClose={() => setWithdrawing(false)}
        >
          <p>{t('withdrawText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
