import type { GuestAccount, Person, RightExplained, SubAccountRights } from '../../api/gen';
import { formatDate } from '../../app/format';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { CaseList } from './CaseList';
import { useText } from './text';

const RIGHTS = ['structure', 'records', 'reports'] as const;

/** What the person can do in each account, with where each right comes from. */
export function PersonAccess({ person }: { person: Person }) {
  const t = useText();
  const right = (one: RightExplained) => (
    <>
      <strong>{t(`level.${one.level}`, { defaultValue: one.level })}</strong>
      <span className="qm-muted"> {one.why}</span>
    </>
  );
  return (
    <>
      {person.access.map(({ account_id, access }) => {
        const account = person.memberships.find((one) => one.account_id === account_id);
        const title = t('accessIn', { account: account?.account_name ?? t('account') });
        return (
          <Card key={account_id} title={title}>
            <DataTable
              caption={title}
              rows={access.sub_accounts}
              rowKey={(row) => row.sub_account_id}
              columns={[
                { key: 'place', header: t('subAccount'), rowHeader: true, cell: (row) => row.name },
                ...RIGHTS.map((name) => ({
                  key: name,
                  header: t(`right.${name}`),
                  cell: (row: SubAccountRights) => right(row[name]),
                })),
              ]}
            />
            <ul className="usa-list">
              {access.explanations.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Card>
        );
      })}
      {person.guest_access.length > 0 ? <Guest rows={person.guest_access} /> : null}
      {person.cases ? (
        <Card title={t('cases')}>
          <CaseList cases={person.cases} />
        </Card>
      ) : null}
    </>
  );
}

function Guest({ rows }: { rows: GuestAccount[] }) {
  const t = useText();
  return (
    <Card title={t('guestAccess')}>
      <DataTable
        caption={t('guestAccess')}
        rows={rows}
        rowKey={(row) => row.grant_id + row.account.id}
        columns={[
          {
            key: 'account',
            header: t('account'),
            rowHeader: true,
            cell: (row) => `${row.account.name} (${row.account.account_number})`,
          },
          { key: 'company', header: t('company'), cell: (row) => row.company_name },
          {
            key: 'via',
            header: t('comesFrom'),
            cell: (row) => row.via.map((one) => t(`via.${one}`)).join(', '),
          },
          {
            key: 'until',
            header: t('until'),
            cell: (row) => (row.until ? formatDate(row.until) : t('untilRevoked')),
          },
        ]}
      />
    </Card>
  );
}
