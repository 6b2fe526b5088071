import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Membership } from '../../api/gen';
import { addClientsToGroup, type ClientGroup, type Grant, listGrantsReceived } from '../../api/gen';
import { listGrantsReceivedOptions } from '../../api/gen/@tanstack/react-query.gen';
import { useSettled } from '../../app/commands/use-settled';
import { Button } from '../../ui/Button';
import { DataTable } from '../../ui/DataTable';
import { Dialog } from '../../ui/Dialog';
import { Loaded } from '../../ui/Loaded';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useText } from './text';

interface Props {
  membership: Membership;
  group: ClientGroup;
  onDone: (text: string) => Promise<void>;
  onClose: () => void;
}

/** What one request may carry. */
const MOST = 5_000;
const PAGE = 200;

/** The client's account, once the client has agreed. */
const accountOf = (grant: Grant) =>
  grant.state.kind === 'active' || grant.state.kind === 'paused' ? (grant.grantor.account_id ?? null) : null;

/** Puts clients into a group: some by choice, or all that match what was typed. */
export function AddClients({ membership, group, onDone, onClose }: Props) {
  const t = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [cursor, setCursor] = useState<string | undefined>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [gathered, setGathered] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const q = useSettled(typed.trim(), 250) || undefined;
  const list = (from: string | undefined, limit: number) => ({
    path: { id: membership.account_id },
    query: { state: 'living' as const, q, cursor: from, limit },
  });
  const query = useQuery({
    ...listGrantsReceivedOptions(list(cursor, 20)),
    placeholderData: keepPreviousData,
  });
  const path = { id: membership.account_id, group_id: group.id };
  const add = async (work: () => Promise<number>) => {
    setBusy(true);
    setError(null);
    try {
      const count = await work();
      await onDone(t('clientsAdded', { count, name: group.name }));
      onClose();
    } catch (caught) {
      setError(caught);
    } finally {
      setGathered(null);
      setBusy(false);
    }
  };
  const named = async (ids: string[]) => {
    let count = 0;
    for (let at = 0; at < ids.length; at += MOST) {
      const { data } = await addClientsToGroup({
        path,
        body: { all: false, client_account_ids: ids.slice(at, at + MOST) },
      });
      count += data.changed;
    }
    return count;
  };
  const all = async () =>
    (await addClientsToGroup({ path, body: { all: true, client_account_ids: [] } })).data.changed;
  const matching = async () => {
    const ids = new Set<string>();
    let from: string | undefined;
    do {
      const { data } = await listGrantsReceived(list(from, PAGE));
      for (const grant of data.items) {
        const account = accountOf(grant);
        if (account) ids.add(account);
      }
      setGathered(ids.size);
      from = data.next_cursor ?? undefined;
    } while (from);
    return named([...ids]);
  };
  return (
    <Dialog title={t('addClientsTo', { name: group.name })} onClose={onClose}>
      {error ? <ProblemAlert error={error} focus /> : null}
      <div className="usa-form-group">
        <label className="usa-label" htmlFor={id}>
          {t('search')}
        </label>
        <input
          id={id}
          className="usa-input"
          type="search"
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setCursor(undefined);
          }}
        />
      </div>
      <Loaded query={query} rows={4}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <p>{t('emptyFiltered')}</p>
            ) : (
              <DataTable
                caption={t('clients')}
                rows={page.items}
                rowKey={(row) => accountOf(row) ?? row.id}
                stale={query.isPlaceholderData}
                selection={{
                  chosen,
                  onChange: (next) => {
                    setChosen(next);
                    setMissing(false);
                  },
                  nameOf: (row) => row.grantor.account_name ?? row.grantor.company_name,
                  selectable: (row) => accountOf(row) !== null,
                }}
                columns={[
                  {
                    key: 'name',
                    header: t('client'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        {row.grantor.account_name ?? row.grantor.company_name}
                        <div className="qm-muted qm-small">{row.grantor.account_number}</div>
                      </>
                    ),
                  },
                ]}
              />
            )}
            <p className="qm-row">
              {cursor ? (
                <Button kind="secondary" small onClick={() => setCursor(undefined)}>
                  {t('common:firstPage')}
                </Button>
              ) : null}
              {page.next_cursor ? (
                <Button kind="secondary" small onClick={() => setCursor(page.next_cursor ?? undefined)}>
                  {t('common:nextPage')}
                </Button>
              ) : null}
            </p>
          </>
        )}
      </Loaded>
      <p aria-live="polite">
        {gathered !== null
          ? t('gathering', { count: gathered })
          : chosen.size > 0
            ? t('chosenAll', { count: chosen.size })
            : missing
              ? t('chooseFirst')
              : ''}
      </p>
      <div className="qm-actions">
        <Button
          busy={busy}
          onClick={() => {
            setMissing(chosen.size === 0);
            if (chosen.size > 0) void add(() => named([...chosen]));
          }}
        >
          {t('addChosen')}
        </Button>
        <Button kind="secondary" busy={busy} onClick={() => void add(q ? matching : all)}>
          {q ? t('addMatching', { q }) : t('addAll')}
        </Button>
        <Button kind="secondary" onClick={onClose}>
          {t('common:cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
