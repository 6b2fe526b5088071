import { useQuery } from '@tanstack/react-query';
import type { AccountParty, Membership, Merge, Transfer } from '../../api/gen';
import {
  listMergesOptions,
  listOwnerSuccessionsOptions,
  listTransfersOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { StateOfProposal } from './Proposal';
import { SuccessionTable } from './SuccessionTable';
import { useText } from './text';

export default function ChangesPage() {
  const t = useText();
  return (
    <AccountPage
      title={t('title')}
      lead={t('lead')}
      crumbs={[{ label: t('company'), to: '/company' }]}
      about={t('about')}
    >
      {(membership) =>
        // Who is named as the next owner may be anybody in the account.
        membership.role === 'user' ? (
          <Successions membership={membership} />
        ) : (
          <>
            {membership.role === 'owner' ? null : <p className="qm-muted">{t('onlyOwner')}</p>}
            <Successions membership={membership} />
            <Transfers membership={membership} />
            <Merges membership={membership} />
          </>
        )
      }
    </AccountPage>
  );
}

const LIMIT = 50;
const named = (account: AccountParty) => `${account.name} (${account.account_number})`;

function Successions({ membership }: { membership: Membership }) {
  const t = useText();
  const query = useQuery(
    listOwnerSuccessionsOptions({ path: { id: membership.account_id }, query: { limit: LIMIT } }),
  );
  return (
    <Card
      title={t('successions')}
      side={
        membership.role === 'user' ? undefined : (
          <ButtonLink to="/company/owner/new" kind="secondary" small>
            {t(membership.role === 'owner' ? 'newOwner' : 'askOwnerChange')}
          </ButtonLink>
        )
      }
    >
      <Loaded query={query} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('successionsEmpty')}</p>
          ) : (
            <SuccessionTable
              caption={t('successions')}
              rows={page.items}
              link={(row, text) => (
                <TextLink to="/company/owner/$successionId" params={{ successionId: row.id }}>
                  {text}
                </TextLink>
              )}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function Transfers({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const query = useQuery(
    listTransfersOptions({ path: { id: membership.account_id }, query: { limit: LIMIT } }),
  );
  return (
    <Card
      title={t('transfers')}
      side={
        membership.role === 'owner' ? (
          <ButtonLink to="/company/transfers/new" kind="secondary" small>
            {t('newTransfer')}
          </ButtonLink>
        ) : undefined
      }
    >
      <Loaded query={query} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('transfersEmpty')}</p>
          ) : (
            <DataTable
              caption={t('transfers')}
              rows={page.items}
              rowKey={(row) => row.id}
              columns={[
                {
                  key: 'activity',
                  header: t('activity'),
                  rowHeader: true,
                  cell: (row: Transfer) => (
                    <TextLink to="/company/transfers/$transferId" params={{ transferId: row.id }}>
                      {row.label}
                    </TextLink>
                  ),
                },
                { key: 'from', header: t('from'), cell: (row) => named(row.from) },
                { key: 'to', header: t('to'), cell: (row) => named(row.to) },
                {
                  key: 'proposed',
                  header: t('proposed'),
                  cell: (row) => formatDateTime(row.proposed_at, me.time_zone),
                },
                { key: 'state', header: t('state'), cell: (row) => <StateOfProposal state={row.state} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function Merges({ membership }: { membership: Membership }) {
  const t = useText();
  const me = useMe();
  const query = useQuery(listMergesOptions({ path: { id: membership.account_id }, query: { limit: LIMIT } }));
  return (
    <Card
      title={t('merges')}
      side={
        membership.role === 'owner' ? (
          <ButtonLink to="/company/merges/new" kind="secondary" small>
            {t('newMerge')}
          </ButtonLink>
        ) : undefined
      }
    >
      <Loaded query={query} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p>{t('mergesEmpty')}</p>
          ) : (
            <DataTable
              caption={t('merges')}
              rows={page.items}
              rowKey={(row) => row.id}
              columns={[
                {
                  key: 'from',
                  header: t('emptied'),
                  rowHeader: true,
                  cell: (row: Merge) => (
                    <TextLink to="/company/merges/$mergeId" params={{ mergeId: row.id }}>
                      {named(row.from)}
                    </TextLink>
                  ),
                },
                { key: 'into', header: t('stays'), cell: (row) => named(row.into) },
                {
                  key: 'proposed',
                  header: t('proposed'),
                  cell: (row) => formatDateTime(row.proposed_at, me.time_zone),
                },
                { key: 'state', header: t('state'), cell: (row) => <StateOfProposal state={row.state} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
