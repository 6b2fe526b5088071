import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { getOutsideEffectiveAccessOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { StateTag } from '../../ui/StateTag';
import { TextLink } from '../../ui/TextLink';
import { EventList } from '../audit/EventList';
import { useText } from './text';
import { useGrantWords } from './words';

const route = getRouteApi('/member/access/outside-people/$personId');

/** What one outside person can see in the account, why, and what the person did in it. */
export default function OutsidePersonPage() {
  const t = useText();
  const words = useGrantWords();
  const { personId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getOutsideEffectiveAccessOptions({ path: { id: membership?.account_id ?? '', user_id: personId } }),
    enabled: membership !== null && membership.role !== 'user',
  });
  return (
    <AccountPage
      title={query.data?.person.name ?? t('person')}
      about={t('outsidePersonAbout')}
      guide="clients-accounts"
      crumbs={[
        { label: t('title'), to: '/access/cross-account' },
        { label: t('ledgerTitle'), to: '/access/outside-people' },
      ]}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>
          {(access) => (
            <>
              <Card
                title={t('canSee')}
                side={
                  access.can_see ? (
                    <StateTag tone="warn" icon="check">
                      {t('canSeeYes')}
                    </StateTag>
                  ) : (
                    <StateTag tone="quiet" icon="stop">
                      {t('canSeeNo')}
                    </StateTag>
                  )
                }
              >
                {access.explanations.map((line) => (
                  <p key={line}>{line}</p>
                ))}
                <Facts
                  items={[
                    [t('common:fields.userId'), access.person.user_id ?? undefined],
                    [t('topLevelShort'), access.top_level ? t('common:yes') : t('common:no')],
                    [t('seesUsers'), access.users ? t('common:yes') : t('common:no')],
                  ]}
                />
                {access.sub_accounts.length > 0 ? (
                  <DataTable
                    caption={t('canSee')}
                    rows={access.sub_accounts}
                    rowKey={(row) => row.sub_account_id}
                    columns={[
                      {
                        key: 'name',
                        header: t('subAccount'),
                        rowHeader: true,
                        cell: (row) => (
                          <>
                            {row.name}
                            <div className="qm-muted qm-small">{t(`common:activity.${row.activity}`)}</div>
                          </>
                        ),
                      },
                      {
                        key: 'structure',
                        header: t('common:rightName.structure'),
                        cell: (row) => (row.structure ? t('common:right.read') : t('common:right.none')),
                      },
                      {
                        key: 'records',
                        header: t('common:rightName.records'),
                        cell: (row) => t(`recordsShort.${row.records}`),
                      },
                      {
                        key: 'reports',
                        header: t('common:rightName.reports'),
                        cell: (row) => (row.reports ? t('common:right.run') : t('common:right.none')),
                      },
                      { key: 'why', header: t('why'), cell: (row) => row.why },
                    ]}
                  />
                ) : null}
              </Card>
              <Card title={t('throughTitle')}>
                <DataTable
                  caption={t('throughTitle')}
                  rows={access.grants}
                  rowKey={(row) => row.grant_id}
                  columns={[
                    {
                      key: 'through',
                      header: t('company'),
                      rowHeader: true,
                      cell: (row) => (
                        <>
                          <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                            {row.through.name}
                          </TextLink>
                          <div className="qm-muted qm-small">{row.through.account_number}</div>
                        </>
                      ),
                    },
                    { key: 'state', header: t('stateName'), cell: (row) => t(`state.${row.state.kind}`) },
                    { key: 'via', header: t('through'), cell: (row) => words.via(row.via) || '–' },
                    { key: 'why', header: t('why'), cell: (row) => row.why },
                  ]}
                />
              </Card>
              <Card title={t('whatDone')}>
                <EventList accountId={current.account_id} filters={{ actor_id: personId }} />
              </Card>
            </>
          )}
        </Loaded>
      )}
    </AccountPage>
  );
}
