import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { addSubsidiary, type Company, type PartyRef, removeSubsidiary } from '../../api/gen';
import { idempotencyKey } from '../../api/idempotency';
import { ifMatch } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { unknownParty } from './ChangeDialog';
import { findParty } from './party';
import { useText } from './text';
import { useRefreshCompany } from './use-refresh';

interface Props {
  company: Company;
  manages: boolean;
  onDone: (text: string) => void;
}

/** The parties whose identifiers the company may hold beside its own (R3). */
export function Subsidiaries({ company, manages, onDone }: Props) {
  const t = useText();
  const refresh = useRefreshCompany(company.id);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<PartyRef | null>(null);
  const schema = useMemo(
    () => z.object({ party_key: z.string().check(z.trim(), z.minLength(1, t('subsidiaryKeyMissing'))) }),
    [t],
  );
  return (
    <Card
      title={t('subsidiaries')}
      side={
        manages ? (
          <Button kind="secondary" small onClick={() => setAdding(true)}>
            {t('addSubsidiary')}
          </Button>
        ) : null
      }
    >
      <p className="qm-muted">{t('subsidiariesText')}</p>
      {company.subsidiaries.length === 0 ? (
        <p>{t('noSubsidiaries')}</p>
      ) : (
        <ul className="qm-plain-list">
          {company.subsidiaries.map((party) => (
            <li key={party.id} className="qm-row">
              <span>
                {party.name} <span className="qm-muted">{party.key}</span>
              </span>
              {manages ? (
                <Button
                  kind="link"
                  aria-label={t('removeSubsidiaryName', { name: party.name })}
                  onClick={() => setRemoving(party)}
                >
                  {t('removeSubsidiary')}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {adding ? (
        <FormDialog
          title={t('addSubsidiary')}
          schema={schema}
          defaultValues={{ party_key: '' }}
          submitLabel={t('addSubsidiary')}
          onSubmit={async ({ party_key }) => {
            const party = await findParty(party_key);
            if (!party) throw unknownParty('party_key', t('partyUnknown'));
            await addSubsidiary({
              path: { id: company.id },
              body: { party_id: party.id },
              headers: idempotencyKey(),
            });
            onDone(t('subsidiaryAdded'));
            await refresh();
          }}
          fieldNames={{ party_id: 'party_key' }}
          onClose={() => setAdding(false)}
        >
          <p>{t('addSubsidiaryText')}</p>
          <TextField name="party_key" label={t('partyKeyField')} literal maxLength={64} />
        </FormDialog>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('removeSubsidiaryTitle', { name: removing.name })}
          confirmLabel={t('removeSubsidiaryLabel', { name: removing.name })}
          destructive
          onConfirm={async () => {
            await removeSubsidiary({
              path: { id: company.id, party_id: removing.id },
              headers: ifMatch(company),
            });
            onDone(t('subsidiaryRemoved', { name: removing.name }));
            await refresh();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removeSubsidiaryText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
