import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ApplicationPatch, createApplication, updateApplication } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { toProblem } from '../../api/problem';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Skeleton } from '../../ui/Skeleton';
import { TextLink } from '../../ui/TextLink';
import { CheckPart } from './CheckPart';
import { about, useApplication } from './current';
import { CompanyPart, OfficerPart, OwnerPart } from './parts';
import { TaskList } from './TaskList';
import { nextStep } from './tasks';
import { useText } from './text';

const route = getRouteApi('/guest/apply');

export default function ApplyPage() {
  const t = useText();
  const navigate = useNavigate();
  const { step } = route.useSearch();
  const [invited] = useState(() => window.location.hash.startsWith('#invitation='));
  const { kept, application, error, load, setApplication, begin, close } = useApplication();
  const [begun, setBegun] = useState(false);

  const go = (to: typeof step) => void navigate({ to: '/apply', search: { step: to } });
  const save = async (fields: ApplicationPatch) => {
    if (kept) {
      const { data } = await updateApplication({ ...about(kept), body: fields });
      setApplication(data);
      go(nextStep(data));
      return;
    }
    const { data } = await createApplication({
      body: { ...fields, officer_acknowledges: fields.officer_acknowledges ?? false, submit: false },
      headers: idempotencyKey(),
    });
    begin({ id: data.application.id, token: data.resume_token }, data.application);
    go(nextStep(data.application));
  };
  const part = application?.can.change === false ? undefined : step;
  const title = part ? t(`task.${part}`) : t('title');
  return (
    <Page
      title={title}
      lead={part ? undefined : t('lead')}
      crumbs={part ? [{ label: t('title'), to: '/apply' }] : undefined}
      about={t('about')}
      narrow
    >
      {error ? (
        toProblem(error).status === 404 ? (
          <>
            <Alert kind="warning">{t('gone')}</Alert>
            <p>
              <Button onClick={close}>{t('fresh')}</Button>
            </p>
          </>
        ) : (
          <ProblemAlert error={error} onRetry={() => void load()} />
        )
      ) : kept && !application ? (
        <Skeleton />
      ) : application && !application.can.change ? (
        <Alert kind="info">
          <p>{t('anotherOpen')}</p>
          <p className="qm-row">
            <TextLink to="/apply/status">{t('toStatus')}</TextLink>
            <Button kind="link" onClick={close}>
              {t('fresh')}
            </Button>
          </p>
        </Alert>
      ) : part === 'company' ? (
        <CompanyPart application={application} onSave={save} />
      ) : part === 'owner' ? (
        <OwnerPart application={application} onSave={save} />
      ) : part === 'officer' ? (
        <OfficerPart application={application} onSave={save} />
      ) : part === 'check' && application && kept ? (
        <CheckPart
          application={application}
          kept={kept}
          onSent={() => void navigate({ to: '/apply/status' })}
        />
      ) : application || begun ? (
        <TaskList application={application} />
      ) : (
        <>
          {invited ? (
            <Alert kind="info" title={t('invitedTitle')}>
              {t('invited')}
            </Alert>
          ) : null}
          <Card title={t('startTitle')}>
            <ul>
              {(t('needs', { returnObjects: true }) as unknown as string[]).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Card>
          <Card title={t('howTitle')}>
            <ol>
              {(t('how', { returnObjects: true }) as unknown as string[]).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
          </Card>
          <p>
            <Button onClick={() => setBegun(true)}>{t('begin')}</Button>
          </p>
          <p className="qm-muted">
            <strong>{t('haveAccount')}</strong> {t('askOwner')}{' '}
            <TextLink to="/sign-in">{t('signIn')}</TextLink>
          </p>
        </>
      )}
      {part && application ? (
        <p>
          <TextLink to="/apply">{t('toTasks')}</TextLink>
        </p>
      ) : null}
    </Page>
  );
}
