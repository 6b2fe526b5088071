import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApplicationReview, StaffRole } from '../../api/gen';
import { getApplicationReviewOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF, isOneOf, REGISTER_READERS } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { Checks } from './Checks';
import { DecisionDialog } from './DecisionDialog';
import { StateOfApplication } from './StateOfApplication';
import { useText } from './text';

const route = getRouteApi('/member/applications/$applicationId');

export default function ApplicationPage() {
  const t = useText();
  const { applicationId } = route.useParams();
  const me = useMe();
  const query = useQuery({
    ...getApplicationReviewOptions({ path: { id: applicationId } }),
    enabled: isOneOf(me.staff_role, ANY_STAFF),
  });
  return (
    <StaffPage
      title={query.data?.company_name ?? t('application')}
      crumbs={[{ label: t('title'), to: '/applications' }]}
      roles={ANY_STAFF}
    >
      {(role) => (
        <Loaded query={query}>{(application) => <Review application={application} role={role} />}</Loaded>
      )}
    </StaffPage>
  );
}

function Review({ application, role }: { application: ApplicationReview; role: StaffRole }) {
  const t = useText();
  const me = useMe();
  const [deciding, setDeciding] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const time = (value: string | null | undefined) => formatDateTime(value, me.time_zone) || undefined;
  const open = !['approved', 'rejected', 'withdrawn', 'expired', 'draft'].includes(application.state);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <Card
        title={t('applied')}
        side={
          role === 'registrar' && open ? (
            <Button small onClick={() => setDeciding(true)}>
              {t('decide')}
            </Button>
          ) : undefined
        }
      >
        <Facts
          items={[
            [t('state'), <StateOfApplication key="state" state={application.state} />],
            [t('company'), application.company_name ?? '–'],
            [
              application.identifier_kind
                ? t(`common:identifierKind.${application.identifier_kind}`)
                : t('number'),
              <code key="value">{application.identifier_value ?? '–'}</code>,
            ],
            [t('activity'), application.activity ? t(`common:activity.${application.activity}`) : '–'],
            [
              t('owner'),
              [application.owner_given_name, application.owner_family_name].filter(Boolean).join(' ') || '–',
            ],
            [t('common:email'), application.email ?? '–'],
            [t('phone'), application.phone ?? '–'],
            [
              t('officer'),
              application.officer_name
                ? `${application.officer_name}, ${application.officer_title ?? ''}: ${t(
                    application.officer_acknowledges ? 'acknowledged' : 'notAcknowledged',
                  )}`
                : '–',
            ],
            [t('submitted'), time(application.submitted_at)],
            [t('confirmed'), time(application.code_confirmed_at)],
            [
              t('decided'),
              application.decided_at
                ? `${time(application.decided_at)} ${
                    application.decided_by_name ? t('decidedBy', { name: application.decided_by_name }) : ''
                  }`
                : undefined,
            ],
            [t('reason'), application.decision_reason ?? undefined],
            [
              t('account'),
              application.account ? (
                <TextLink
                  key="account"
                  to="/support/accounts/$accountId"
                  params={{ accountId: application.account.id }}
                >
                  {application.account.name} ({application.account.account_number})
                </TextLink>
              ) : undefined,
            ],
          ]}
        />
        {application.review_note ? (
          <p>
            <strong>{t('note')}:</strong> {application.review_note}
          </p>
        ) : null}
      </Card>
      <Card title={t('registerTitle')}>
        <Facts
          items={[
            [t('registerCompany'), application.register_company ?? t('notInRegister')],
            [t('registerContact'), application.register_contact_email ?? '–'],
            [
              t('existing'),
              application.company ? (
                <TextLink
                  key="company"
                  to="/support/companies/$companyId"
                  params={{ companyId: application.company.id }}
                >
                  {application.company.name}
                </TextLink>
              ) : (
                t('newCompany')
              ),
            ],
          ]}
        />
        {application.claim ? (
          <p>
            {isOneOf(role, REGISTER_READERS) ? (
              <TextLink to="/identifier-claims/$claimId" params={{ claimId: application.claim.id }}>
                {t('claimText', { due: time(application.claim.answer_due_at) })}
              </TextLink>
            ) : (
              t('claimText', { due: time(application.claim.answer_due_at) })
            )}
          </p>
        ) : null}
      </Card>
      <Card title={t('checks')}>
        <Checks checks={application.checks} />
      </Card>
      {deciding ? (
        <DecisionDialog application={application} onDone={setDone} onClose={() => setDeciding(false)} />
      ) : null}
    </>
  );
}
