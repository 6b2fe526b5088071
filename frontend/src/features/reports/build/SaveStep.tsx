import { useQuery } from '@tanstack/react-query';
import { type Dispatch, useState } from 'react';
import { listReportsOptions } from '../../../api/gen/@tanstack/react-query.gen';
import { toProblem } from '../../../api/problem';
import { Alert } from '../../../ui/Alert';
import { Button } from '../../../ui/Button';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { type Action, type Draft, missing } from '../builder';
import { Radios, Words } from './controls';
import { useText } from './text';

interface Props {
  draft: Draft;
  /** The report that is changed; nothing for a new one. */
  editing: string | null;
  act: Dispatch<Action>;
  onSave: (share: boolean) => Promise<void>;
}

const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** The name and the place of the report, and who finds it. */
export function SaveStep({ draft, editing, act, onSave }: Props) {
  const t = useText();
  const [share, setShare] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const mine = useQuery(listReportsOptions({ query: { kind: 'mine' } }));
  const others = (mine.data?.items ?? []).filter((one) => one.key !== editing);
  const clash =
    toProblem(error).code === 'already-exists' ||
    (draft.name.trim() !== '' &&
      others.some((one) => same(one.name, draft.name) && same(one.folder, draft.folder)));
  const nameless = draft.name.trim() === '';
  const lacks = [...missing(draft), ...(nameless ? (['name'] as const) : [])];
  const describe = (change: Partial<Pick<Draft, 'name' | 'description' | 'folder'>>) => {
    setError(null);
    act({ type: 'describe', ...change });
  };
  const save = async () => {
    setTried(true);
    setError(null);
    if (lacks.length > 0 || clash) return;
    setBusy(true);
    try {
      await onSave(share);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  const nameError = clash ? t('nameTaken') : tried && nameless ? t('missing.name') : undefined;
  return (
    <>
      <Words
        label={t('name')}
        value={draft.name}
        maxLength={120}
        error={nameError}
        onChange={(name) => describe({ name })}
      />
      <Words
        label={t('optional', { label: t('description') })}
        value={draft.description}
        maxLength={1000}
        lines={3}
        onChange={(description) => describe({ description })}
      />
      <Words
        label={t('optional', { label: t('folder') })}
        hint={t('folderHint')}
        value={draft.folder}
        maxLength={80}
        onChange={(folder) => describe({ folder })}
      />
      {editing ? (
        <p className="qm-muted">{t('visibleEdit')}</p>
      ) : (
        <Radios
          label={t('visibility')}
          value={share ? 'share' : 'me'}
          options={[
            { value: 'me', label: t('visibleMe') },
            { value: 'share', label: t('visibleShare') },
          ]}
          onChange={(value) => setShare(value === 'share')}
        />
      )}
      {tried && lacks.length > 0 ? (
        <Alert kind="error" title={t('wait')} focus>
          <ul>
            {lacks.map((one) => (
              <li key={one}>{t(`missing.${one}`)}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      {error && !clash ? <ProblemAlert error={error} focus listFields /> : null}
      <div className="qm-actions">
        <Button busy={busy} onClick={() => void save()}>
          {t(editing ? 'saveChanges' : 'saveNew')}
        </Button>
      </div>
    </>
  );
}
