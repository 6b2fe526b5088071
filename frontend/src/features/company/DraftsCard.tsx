import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AccessRequestDraft, deleteAccessRequestDraft } from '../../api/gen';
import { listAccessRequestDraftsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import type { PanelProps } from './panel';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

export function DraftsCard({ membership, onDone }: PanelProps) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshCompany(membership.account_id);
  const [deleting, setDeleting] = useState<AccessRequestDraft | null>(null);
  const drafts = useQuery(
    listAccessRequestDraftsOptions({ path: { id: membership.account_id }, query: { limit: 200 } }),
  );
  return (
    <>
      <p className="qm-lead">{t('requestsLead')}</p>
      <Loaded query={drafts}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('requestsEmpty')}>
              {t('requestsEmptyText')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('tabs.requests')}
              rows={page.items}
              rowKey={(row) => row.id}
              columns={[
                { key: 'to', header: t('to'), rowHeader: true, cell: (row) => row.company },
                { key: 'kind', header: t('kind'), cell: (row) => t(`draftKind.${row.kind}`) },
                {
                  key: 'identifier',
                  header: t('value'),
                  cell: (row) => (
                    <>
                      {t(`common:identifierKind.${row.identifier_kind}`)} <code>{row.identifier}</code>
                    </>
                  ),
                },
                { key: 'note', header: t('note'), cell: (row) => row.note ?? '–' },
                {
                  key: 'by',
                  header: t('by'),
                  cell: (row) => (
                    <>
                      {row.created_by_name}
                      <div className="qm-muted qm-small">{formatDateTime(row.created_at, me.time_zone)}</div>
                    </>
                  ),
                },
                {
                  key: 'actions',
                  header: t('common:actions'),
                  cell: (row) => (
                    <span className="qm-row">
                      {row.kind === 'request_access' && membership.role === 'owner' ? (
                        <TextLink
                          to="/access/cross-account/new"
                          search={{ way: 'request', draft: row.id }}
                          aria-label={t('sendDraftName', { company: row.company })}
                        >
                          {t('sendDraft')}
                        </TextLink>
                      ) : null}
                      <Button
                        kind="link"
                        aria-label={t('deleteDraftName', { company: row.company })}
                        onClick={() => setDeleting(row)}
                      >
                        {t('deleteDraft')}
                      </Button>
                    </span>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {deleting ? (
        <ConfirmDialog
          title={t('deleteDraftTitle', { company: deleting.company })}
          confirmLabel={t('deleteDraftName', { company: deleting.company })}
          destructive
          onConfirm={async () => {
            await deleteAccessRequestDraft({ path: { id: membership.account_id, draft_id: deleting.id } });
            onDone(t('draftDeleted'));
            await refresh();
          }}
          onClose={() => setDeleting(null)}
        >
          <p>{t('deleteDraftText')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
