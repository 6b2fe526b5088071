import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Person, StaffRole } from '../../api/gen';
import { getPersonOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate, formatDateTime, fullName } from '../../app/format';
import { OutcomeTag } from '../../app/OutcomeTag';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF, AUDIT_READERS, isOneOf } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { letter, MailTag } from './MailTag';
import { PersonAccess } from './PersonAccess';
import { PersonState } from './PersonState';
import { useText } from './text';

const route = getRouteApi('/member/support/people/$personId');

export default function PersonPage() {
  const t = useText();
  const { personId } = route.useParams();
  const { case: caseId } = route.useSearch();
  // Each read is written down, so that nothing is read again just because the window comes to the front.
  const query = useQuery({
    ...getPersonOptions({ path: { user_id: personId }, query: { case_id: caseId } }),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <StaffPage
      title={query.data ? fullName(query.data) : t('person')}
      crumbs={[{ label: t('back'), to: '/support' }]}
      roles={ANY_STAFF}
    >
      {(role) => (
        <Loaded query={query} rows={10}>
          {(person) => <View key={person.id} person={person} role={role} />}
        </Loaded>
      )}
    </StaffPage>
  );
}

function View({ person, role }: { person: Person; role: StaffRole }) {
  const t = useText();
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <p>{t('lookIsSeen')}</p>
      <PersonState person={person} role={role} onDone={setDone} />
      <Card title={t('contact')}>
        <Facts
          items={[
            [t('userId'), person.user_id],
            [t('common:email'), person.email],
            [t('common:fields.phone'), person.phone ?? undefined],
            [t('staffRole'), person.staff_role ? t(`common:staffRole.${person.staff_role}`) : undefined],
          ]}
        />
        {isOneOf(role, AUDIT_READERS) ? (
          <p className="qm-row">
            <TextLink to="/portal-audit" search={{ actor: person.id }}>
              {t('auditBy')}
            </TextLink>
            <TextLink to="/portal-audit" search={{ subject: person.id }}>
              {t('auditOn')}
            </TextLink>
          </p>
        ) : null}
      </Card>
      <Memberships person={person} />
      <PersonAccess person={person} />
      <SignIns person={person} />
      <Mails person={person} />
    </>
  );
}

function Memberships({ person }: { person: Person }) {
  const t = useText();
  return (
    <Card title={t('memberships')}>
      {person.memberships.length === 0 ? (
        <p>{t('noMemberships')}</p>
      ) : (
        <DataTable
          caption={t('memberships')}
          rows={person.memberships}
          rowKey={(row) => row.account_id}
          columns={[
            { key: 'account', header: t('account'), rowHeader: true, cell: (row) => row.account_name },
            { key: 'number', header: t('number'), cell: (row) => row.account_number },
            {
              key: 'company',
              header: t('company'),
              cell: (row) => (
                <TextLink to="/support/companies/$companyId" params={{ companyId: row.company_id }}>
                  {row.company_name}
                </TextLink>
              ),
            },
            { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
            { key: 'since', header: t('sinceWhen'), cell: (row) => formatDate(row.since) },
          ]}
        />
      )}
    </Card>
  );
}

function SignIns({ person }: { person: Person }) {
  const t = useText();
  const me = useMe();
  const time = (value: string) => formatDateTime(value, me.time_zone);
  return (
    <>
      <Card title={t('signIns')}>
        {person.recent_sign_ins.length === 0 ? (
          <p>{t('noSignIns')}</p>
        ) : (
          <DataTable
            caption={t('signIns')}
            rows={person.recent_sign_ins}
            rowKey={(event) => event.at + event.outcome}
            columns={[
              { key: 'at', header: t('when'), rowHeader: true, cell: (event) => time(event.at) },
              { key: 'result', header: t('result'), cell: (event) => <OutcomeTag outcome={event.outcome} /> },
              { key: 'device', header: t('device'), cell: (event) => event.device },
              { key: 'network', header: t('network'), cell: (event) => event.network },
            ]}
          />
        )}
      </Card>
      <Card title={t('sessions')}>
        {person.sessions.length === 0 ? (
          <p>{t('noSessions')}</p>
        ) : (
          <DataTable
            caption={t('sessions')}
            rows={person.sessions}
            rowKey={(one) => one.id}
            columns={[
              { key: 'device', header: t('device'), rowHeader: true, cell: (one) => one.device },
              { key: 'network', header: t('network'), cell: (one) => one.network },
              { key: 'started', header: t('started'), cell: (one) => time(one.created_at) },
              { key: 'used', header: t('lastUsed'), cell: (one) => time(one.last_used_at) },
            ]}
          />
        )}
      </Card>
    </>
  );
}

function Mails({ person }: { person: Person }) {
  const t = useText();
  const me = useMe();
  return (
    <Card title={t('mails')}>
      {person.mails.length === 0 ? (
        <p>{t('noMails')}</p>
      ) : (
        <DataTable
          caption={t('mails')}
          rows={person.mails}
          rowKey={(mail) => mail.at + mail.template}
          columns={[
            { key: 'at', header: t('when'), cell: (mail) => formatDateTime(mail.at, me.time_zone) },
            {
              key: 'mail',
              header: t('mail'),
              rowHeader: true,
              cell: letter,
            },
            {
              key: 'state',
              header: t('stateTitle'),
              cell: (mail) => <MailTag mail={mail} />,
            },
          ]}
        />
      )}
    </Card>
  );
}
