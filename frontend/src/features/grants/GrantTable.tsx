import type { Grant } from '../../api/gen';
import { type Column, DataTable, type Selection } from '../../ui/DataTable';
import { TextLink } from '../../ui/TextLink';
import { GrantStateTag } from './GrantStateTag';
import { useText } from './text';
import { otherParty, partyName, useGrantWords } from './words';

interface Props {
  caption: string;
  grants: Grant[];
  selection?: Selection<Grant>;
  stale?: boolean;
  /** Proposals have nobody behind them yet. */
  pending?: boolean;
}

/** Grants, each with the other company, what it covers, who is behind it and until when. */
export function GrantTable({ caption, grants, selection, stale, pending }: Props) {
  const t = useText();
  const words = useGrantWords();
  const columns: Column<Grant>[] = [
    {
      key: 'company',
      header: t('company'),
      rowHeader: true,
      cell: (grant) => {
        const party = otherParty(grant);
        return (
          <>
            <TextLink to="/access/cross-account/$grantId" params={{ grantId: grant.id }}>
              {partyName(party)}
            </TextLink>
            <div className="qm-muted qm-small">
              {[party.account_number, party.account_name ? party.company_name : null]
                .filter(Boolean)
                .join(', ')}
            </div>
          </>
        );
      },
    },
    {
      key: 'scope',
      header: t('covers'),
      cell: (grant) => (
        <>
          {words.rights(grant.rights)}
          <div className="qm-muted qm-small">{words.scope(grant)}</div>
        </>
      ),
    },
    {
      key: 'state',
      header: t('stateName'),
      cell: (grant) => (
        <>
          <GrantStateTag grant={grant} />
          {grant.pending_change ? <div className="qm-small">{t('changeWaits')}</div> : null}
        </>
      ),
    },
  ];
  if (pending) {
    columns.push(
      { key: 'purpose', header: t('purpose'), cell: (grant) => grant.purpose },
      {
        key: 'asked',
        header: t('asked'),
        cell: (grant) => (
          <>
            {words.when(grant.created_at)}
            <div className="qm-muted qm-small">{grant.created_by_name}</div>
          </>
        ),
      },
    );
  } else {
    columns.push(
      { key: 'people', header: t('people'), numeric: true, cell: (grant) => String(grant.people_count) },
      { key: 'last', header: t('lastUsed'), cell: (grant) => words.when(grant.last_used_at) },
      {
        key: 'until',
        header: t('until'),
        cell: (grant) => (
          <>
            {words.until(grant.ends_at)}
            {grant.state.kind !== 'ended' &&
            grant.days_left !== null &&
            grant.days_left !== undefined &&
            grant.days_left <= 30 ? (
              <div className="qm-small">{t('daysLeft', { count: grant.days_left })}</div>
            ) : null}
          </>
        ),
      },
    );
  }
  return (
    <DataTable
      caption={caption}
      rows={grants}
      rowKey={(grant) => grant.id}
      columns={columns}
      selection={selection}
      stale={stale}
    />
  );
}
