import { useQuery } from '@tanstack/react-query';
import type { AccountOverview, AccountUser, CompanyOverview as Overview } from '../../api/gen';
import { getCompanyOverviewOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate, formatDateTime, fullName } from '../../app/format';
import { OutcomeTag } from '../../app/OutcomeTag';
import { UserStateTag } from '../../app/UserStateTag';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { StateOfApplication } from '../applications/StateOfApplication';
import { useActionWords } from '../audit/words';
import { CaseList } from './CaseList';
import { letter, MailTag } from './MailTag';
import { useText } from './text';

interface Props {
  companyId: string;
  /** The case that is worked on; the company reads its number. */
  caseId: string | undefined;
}

/** Who decides, who is locked, what waits, who tried to sign in, which mails went out: one read, which the company sees in its history. */
export function CompanyOverview({ companyId, caseId }: Props) {
  const t = useText();
  // Each read is written down, so that nothing is read again just because the window comes to the front.
  const query = useQuery({
    ...getCompanyOverviewOptions({ path: { company_id: companyId }, query: { case_id: caseId } }),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <Loaded query={query} rows={10}>
      {(found) => (
        <>
          <p>{t('lookIsSeen')}</p>
          {found.accounts.map((one) => (
            <AccountPeople key={one.account.id} found={one} />
          ))}
          <Applications found={found} />
          {found.cases ? (
            <Card title={t('openCases')}>
              <CaseList cases={found.cases} />
            </Card>
          ) : null}
          <SignIns found={found} />
          <CompanyMails found={found} />
          {found.audit_events ? <Trail events={found.audit_events} /> : null}
        </>
      )}
    </Loaded>
  );
}

function People({ caption, rows }: { caption: string; rows: AccountUser[] }) {
  const t = useText();
  const me = useMe();
  return (
    <DataTable
      caption={caption}
      showCaption
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'person',
          header: t('person'),
          rowHeader: true,
          cell: (row) => (
            <TextLink to="/support/people/$personId" params={{ personId: row.id }}>
              {fullName(row)}
            </TextLink>
          ),
        },
        { key: 'userId', header: t('userId'), cell: (row) => row.user_id ?? '–' },
        { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
        { key: 'state', header: t('stateTitle'), cell: (row) => <UserStateTag state={row.state} /> },
        {
          key: 'since',
          header: t('sinceWhen'),
          cell: (row) => (row.state.since ? formatDateTime(row.state.since, me.time_zone) : '–'),
        },
        {
          key: 'signIn',
          header: t('lastSignIn'),
          cell: (row) =>
            row.last_sign_in
              ? `${formatDateTime(row.last_sign_in.at, me.time_zone)}, ${row.last_sign_in.device}, ${row.last_sign_in.network}`
              : t('neverSignedIn'),
        },
        {
          key: 'why',
          header: t('whyAndWho'),
          cell: (row) =>
            [row.state.reason, row.state.lifted_by.map((who) => t(`common:liftedBy.${who}`)).join(t('or'))]
              .filter(Boolean)
              .join(' – ') || '–',
        },
      ]}
    />
  );
}

function AccountPeople({ found }: { found: AccountOverview }) {
  const t = useText();
  const { account } = found;
  return (
    <Card title={t('peopleOf', { number: account.account_number })}>
      <p>{t('peopleOfText', { account: account.name })}</p>
      <People caption={t('managers')} rows={found.managers} />
      {found.locked.length > 0 ? (
        <People caption={t('locked')} rows={found.locked} />
      ) : (
        <p>{t('nobodyLocked')}</p>
      )}
      {found.invitations.length > 0 ? (
        <DataTable
          caption={t('invitations')}
          showCaption
          rows={found.invitations}
          rowKey={(row) => row.id}
          columns={[
            { key: 'person', header: t('person'), rowHeader: true, cell: (row) => fullName(row) },
            { key: 'email', header: t('common:email'), cell: (row) => row.email },
            {
              key: 'role',
              header: t('role'),
              cell: (row) => (row.role ? t(`common:role.${row.role}`) : '–'),
            },
            { key: 'sent', header: t('sentOn'), cell: (row) => formatDate(row.created_at) },
            { key: 'until', header: t('until'), cell: (row) => formatDate(row.expires_at) },
          ]}
        />
      ) : (
        <p>{t('noInvitations')}</p>
      )}
      {found.pending_identifiers > 0 ? (
        <p>{t('pendingIdentifiers', { count: found.pending_identifiers })}</p>
      ) : null}
    </Card>
  );
}

function Applications({ found }: { found: Overview }) {
  const t = useText();
  const me = useMe();
  return (
    <Card title={t('applications')}>
      {found.applications.length === 0 ? (
        <p>{t('noApplications')}</p>
      ) : (
        <DataTable
          caption={t('applications')}
          rows={found.applications}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'owner',
              header: t('futureOwner'),
              rowHeader: true,
              cell: (row) => (
                <TextLink to="/applications/$applicationId" params={{ applicationId: row.id }}>
                  {row.owner_name || row.email || t('applications')}
                </TextLink>
              ),
            },
            { key: 'email', header: t('common:email'), cell: (row) => row.email ?? '–' },
            {
              key: 'state',
              header: t('stateTitle'),
              cell: (row) => <StateOfApplication state={row.state} />,
            },
            {
              key: 'submitted',
              header: t('submittedAt'),
              cell: (row) => formatDateTime(row.submitted_at, me.time_zone) || '–',
            },
            {
              key: 'decided',
              header: t('decidedAt'),
              cell: (row) => formatDateTime(row.decided_at, me.time_zone) || '–',
            },
            { key: 'reason', header: t('reason'), cell: (row) => row.decision_reason ?? '–' },
          ]}
        />
      )}
    </Card>
  );
}

function SignIns({ found }: { found: Overview }) {
  const t = useText();
  const me = useMe();
  return (
    <Card title={t('signInsOfPeople')}>
      {found.sign_ins.length === 0 ? (
        <p>{t('noSignIns')}</p>
      ) : (
        <DataTable
          caption={t('signInsOfPeople')}
          rows={found.sign_ins}
          rowKey={(row) => row.sign_in.at + row.sign_in.outcome + row.person.id}
          columns={[
            {
              key: 'person',
              header: t('person'),
              rowHeader: true,
              cell: (row) => (
                <TextLink to="/support/people/$personId" params={{ personId: row.person.id }}>
                  {row.person.name}
                </TextLink>
              ),
            },
            { key: 'at', header: t('when'), cell: (row) => formatDateTime(row.sign_in.at, me.time_zone) },
            {
              key: 'result',
              header: t('result'),
              cell: (row) => <OutcomeTag outcome={row.sign_in.outcome} />,
            },
            { key: 'device', header: t('device'), cell: (row) => row.sign_in.device },
            { key: 'network', header: t('network'), cell: (row) => row.sign_in.network },
          ]}
        />
      )}
    </Card>
  );
}

function CompanyMails({ found }: { found: Overview }) {
  const t = useText();
  const me = useMe();
  return (
    <Card title={t('mailsToPeople')}>
      {found.mails.length === 0 ? (
        <p>{t('noMails')}</p>
      ) : (
        <DataTable
          caption={t('mailsToPeople')}
          rows={found.mails}
          rowKey={(row) => row.mail.at + row.mail.template + row.to.id}
          columns={[
            {
              key: 'mail',
              header: t('mail'),
              rowHeader: true,
              cell: (row) => letter(row.mail),
            },
            {
              key: 'to',
              header: t('to'),
              cell: (row) => (
                <TextLink to="/support/people/$personId" params={{ personId: row.to.id }}>
                  {row.to.name}
                </TextLink>
              ),
            },
            { key: 'at', header: t('when'), cell: (row) => formatDateTime(row.mail.at, me.time_zone) },
            { key: 'state', header: t('stateTitle'), cell: (row) => <MailTag mail={row.mail} /> },
          ]}
        />
      )}
    </Card>
  );
}

function Trail({ events }: { events: NonNullable<Overview['audit_events']> }) {
  const t = useText();
  const actionWords = useActionWords();
  const me = useMe();
  return (
    <Card title={t('trail')}>
      {events.length === 0 ? (
        <p>{t('noTrail')}</p>
      ) : (
        <DataTable
          caption={t('trail')}
          rows={events}
          rowKey={(row) => row.id}
          columns={[
            { key: 'at', header: t('when'), cell: (row) => formatDateTime(row.at, me.time_zone) },
            { key: 'actor', header: t('who'), cell: (row) => row.actor?.name ?? t('portalItself') },
            { key: 'action', header: t('what'), rowHeader: true, cell: (row) => actionWords(row.action) },
            { key: 'subject', header: t('toWhat'), cell: (row) => row.subject_label ?? '–' },
            { key: 'reason', header: t('reason'), cell: (row) => row.reason ?? '–' },
          ]}
        />
      )}
    </Card>
  );
}
