import { useRef, useState } from 'react';
import { type GrantPreview, previewGrant } from '../../api/gen';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { Dialog } from '../../ui/Dialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { hasRights, type ScopeForm, toScope } from './grant-form';
import { useText } from './text';

/** Shows what somebody would see through a grant with what the form says now. Nothing is saved. */
export function PreviewButton({ accountId, values }: { accountId: string; values: ScopeForm }) {
  const t = useText();
  const [shown, setShown] = useState<GrantPreview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  // The list is read from its beginning; the button to close stands at its end.
  const start = useRef<HTMLDivElement>(null);
  return (
    <>
      <p className="qm-row">
        <Button
          kind="secondary"
          busy={busy}
          onClick={async () => {
            setError(null);
            const scope = toScope(values);
            const incomplete =
              !hasRights(scope.rights) || (!scope.all_sub_accounts && scope.sub_account_ids.length === 0);
            setMissing(incomplete);
            if (incomplete) return;
            setBusy(true);
            try {
              const { data } = await previewGrant({ path: { id: accountId }, body: scope });
              setShown(data);
            } catch (caught) {
              setError(caught);
            } finally {
              setBusy(false);
            }
          }}
        >
          {t('preview')}
        </Button>
        <span role="status">{missing ? t('previewMissing') : ''}</span>
      </p>
      {error ? <ProblemAlert error={error} focus listFields /> : null}
      {shown ? (
        <Dialog title={t('previewTitle')} onClose={() => setShown(null)} initialFocus={start}>
          <div ref={start} tabIndex={-1}>
            <PreviewText preview={shown} />
          </div>
          <div className="qm-actions">
            <Button kind="secondary" onClick={() => setShown(null)}>
              {t('common:close')}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

export function PreviewText({ preview }: { preview: GrantPreview }) {
  const t = useText();
  return (
    <div className="qm-stack">
      <h3>{t('previewSees')}</h3>
      <ul>
        {preview.sees.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {preview.sees_not.length > 0 ? (
        <>
          <h3>{t('previewSeesNot')}</h3>
          <ul>
            {preview.sees_not.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      ) : null}
      {preview.sub_accounts.length > 0 ? (
        <DataTable
          caption={t('subAccounts')}
          showCaption
          rows={preview.sub_accounts}
          rowKey={(row) => row.id}
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
              key: 'identifiers',
              header: t('identifiers'),
              cell: (row) =>
                row.identifiers.length > 0
                  ? row.identifiers.map((one) => one.value).join(', ')
                  : row.structure
                    ? t('common:none')
                    : t('hidden'),
            },
            {
              key: 'records',
              header: t('rightChoice.records'),
              cell: (row) => t(`recordsShort.${row.records}`),
            },
            {
              key: 'reports',
              header: t('rightChoice.reports'),
              cell: (row) => (row.reports ? t('common:yes') : t('common:no')),
            },
          ]}
        />
      ) : null}
      {preview.users.length > 0 ? (
        <DataTable
          caption={t('previewUsers')}
          showCaption
          rows={preview.users}
          rowKey={(row) => `${row.name}-${row.role}`}
          columns={[
            { key: 'name', header: t('person'), rowHeader: true, cell: (row) => row.name },
            { key: 'role', header: t('role'), cell: (row) => t(`common:role.${row.role}`) },
          ]}
        />
      ) : null}
    </div>
  );
}
