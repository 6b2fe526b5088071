import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Membership } from '../../api/gen';
import { type BlockedCompany, unblockCompany } from '../../api/gen';
import { listBlockedCompaniesOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { useGrantWords } from './words';

interface Props {
  membership: Membership;
  onDone: (text: string) => void;
}

/** The companies whose requests no longer arrive. */
export function BlockedPanel({ membership, onDone }: Props) {
  const t = useText();
  const words = useGrantWords();
  const refresh = useRefreshGrants(membership.account_id);
  const [lifting, setLifting] = useState<BlockedCompany | null>(null);
  const query = useQuery(
    listBlockedCompaniesOptions({ path: { id: membership.account_id }, query: { limit: 200 } }),
  );
  return (
    <>
      <p>{t('blockedLead')}</p>
      <Loaded query={query} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('emptyBlocked')}>
              {t('emptyBlockedText')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('tabs.blocked')}
              rows={page.items}
              rowKey={(row) => row.company_id}
              columns={[
                { key: 'company', header: t('company'), rowHeader: true, cell: (row) => row.company_name },
                { key: 'reason', header: t('common:fields.reason'), cell: (row) => row.reason ?? '–' },
                {
                  key: 'reported',
                  header: t('reported'),
                  cell: (row) => (row.reported ? t('common:yes') : t('common:no')),
                },
                {
                  key: 'since',
                  header: t('since'),
                  cell: (row) => (
                    <>
                      {words.when(row.blocked_at)}
                      <div className="qm-muted qm-small">{row.blocked_by_name}</div>
                    </>
                  ),
                },
                ...(membership.role === 'owner'
                  ? [
                      {
                        key: 'actions',
                        header: t('common:actions'),
                        cell: (row: BlockedCompany) => (
                          <Button
                            kind="link"
                            aria-label={t('unblockName', { company: row.company_name })}
                            onClick={() => setLifting(row)}
                          >
                            {t('unblock')}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )
        }
      </Loaded>
      {lifting ? (
        <ConfirmDialog
          title={t('unblockTitle', { company: lifting.company_name })}
          confirmLabel={t('unblockName', { company: lifting.company_name })}
          onConfirm={async () => {
            await unblockCompany({
              path: { id: membership.account_id, company_id: lifting.company_id },
            });
            onDone(t('unblocked', { company: lifting.company_name }));
            await refresh();
          }}
          onClose={() => setLifting(null)}
        >
          <p>{t('unblockText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
