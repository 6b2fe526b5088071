import type { ReactNode } from 'react';
import type {
  AffectedGrant,
  AffectedPerson,
  Collision,
  MovingIdentifier,
  MovingSubAccount,
} from '../../api/gen';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

type Outcome = MovingIdentifier['outcome'] | AffectedPerson['outcome'] | AffectedGrant['outcome'];

const LOOK: Record<Outcome, [Tone, IconName]> = {
  moves: ['info', 'check'],
  stays: ['quiet', 'check'],
  ends: ['bad', 'stop'],
  shrinks: ['warn', 'alert'],
  keeps: ['quiet', 'check'],
  gains: ['good', 'plus'],
};

interface Props {
  preview: {
    sub_accounts: MovingSubAccount[];
    identifiers: MovingIdentifier[];
    people: AffectedPerson[];
    grants: AffectedGrant[];
    collisions: Collision[];
  };
  children?: ReactNode;
}

/** Everything that a transfer or a merger moves, ends or collides with. */
export function Effects({ preview, children }: Props) {
  const t = useText();
  const outcome = (value: Outcome) => (
    <StateTag tone={LOOK[value][0]} icon={LOOK[value][1]}>
      {t(`outcomes.${value}`)}
    </StateTag>
  );
  const role = (value: AffectedPerson['role_before']) => (value ? t(`common:role.${value}`) : t('notMember'));
  const none = <p>{t('nothingHere')}</p>;
  return (
    <Card title={t('effects')}>
      {preview.collisions.length > 0 ? (
        <>
          <h3>{t('collisions')}</h3>
          <DataTable
            caption={t('collisions')}
            rows={preview.collisions}
            rowKey={(row) => `${row.kind} ${row.subject}`}
            columns={[
              { key: 'subject', header: t('subject'), rowHeader: true, cell: (row) => row.subject },
              {
                key: 'solution',
                header: t('solution'),
                cell: (row) =>
                  row.needs_choice ? (
                    <>
                      <StateTag tone="warn" icon="alert">
                        {t('needsChoice')}
                      </StateTag>
                      <div>{row.solution}</div>
                    </>
                  ) : (
                    row.solution
                  ),
              },
            ]}
          />
        </>
      ) : null}
      <h3>{t('movingSubAccounts')}</h3>
      {preview.sub_accounts.length === 0 ? (
        none
      ) : (
        <DataTable
          caption={t('movingSubAccounts')}
          rows={preview.sub_accounts}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: t('name'),
              rowHeader: true,
              cell: (row) => (
                <>
                  {row.name}
                  {row.new_name ? (
                    <div className="qm-small">{t('newName', { name: row.new_name })}</div>
                  ) : null}
                </>
              ),
            },
            { key: 'activity', header: t('activity'), cell: (row) => t(`common:activity.${row.activity}`) },
            {
              key: 'identifiers',
              header: t('identifiers'),
              cell: (row) => (
                <>
                  {t('identifierCount', { count: row.identifier_count })}
                  {row.pending_identifier_count > 0 ? (
                    <div className="qm-muted qm-small">
                      {t('pendingCount', { count: row.pending_identifier_count })}
                    </div>
                  ) : null}
                </>
              ),
            },
          ]}
        />
      )}
      <h3>{t('movingIdentifiers')}</h3>
      {preview.identifiers.length === 0 ? (
        none
      ) : (
        <DataTable
          caption={t('movingIdentifiers')}
          rows={preview.identifiers}
          rowKey={(row) => `${row.kind} ${row.value}`}
          columns={[
            {
              key: 'value',
              header: t('identifiers'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <span className="qm-mono">{row.value}</span>
                  <div className="qm-muted qm-small">{t(`common:identifierKind.${row.kind}`)}</div>
                </>
              ),
            },
            { key: 'outcome', header: t('outcome'), cell: (row) => outcome(row.outcome) },
            {
              key: 'detail',
              header: t('detail'),
              cell: (row) => row.detail || row.sub_accounts.join(', ') || '–',
            },
          ]}
        />
      )}
      <h3>{t('people')}</h3>
      {preview.people.length === 0 ? (
        none
      ) : (
        <DataTable
          caption={t('people')}
          rows={preview.people}
          rowKey={(row) => `${row.account} ${row.person.id} ${row.outcome} ${row.detail}`}
          columns={[
            { key: 'person', header: t('person'), rowHeader: true, cell: (row) => row.person.name },
            {
              key: 'role',
              header: t('role'),
              cell: (row) =>
                row.role_before === row.role_after
                  ? role(row.role_before)
                  : t('roleChange', { before: role(row.role_before), after: role(row.role_after) }),
            },
            { key: 'outcome', header: t('outcome'), cell: (row) => outcome(row.outcome) },
            { key: 'detail', header: t('detail'), cell: (row) => row.detail || '–' },
          ]}
        />
      )}
      <h3>{t('grants')}</h3>
      {preview.grants.length === 0 ? (
        none
      ) : (
        <DataTable
          caption={t('grants')}
          rows={preview.grants}
          rowKey={(row) => `${row.id} ${row.direction}`}
          columns={[
            {
              key: 'company',
              header: t('companyName'),
              rowHeader: true,
              cell: (row) => (
                <>
                  {row.company_name}
                  <div className="qm-muted qm-small">{t(`direction.${row.direction}`)}</div>
                </>
              ),
            },
            { key: 'outcome', header: t('outcome'), cell: (row) => outcome(row.outcome) },
            { key: 'detail', header: t('detail'), cell: (row) => row.detail || '–' },
          ]}
        />
      )}
      {children}
    </Card>
  );
}
