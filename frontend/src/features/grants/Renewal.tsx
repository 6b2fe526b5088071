import { useEffect, useMemo, useRef } from 'react';
import * as z from 'zod/mini';
import type { Grant, Membership } from '../../api/gen';
import { type GrantRenewalResult, renewGrants } from '../../api/gen';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { FormDialog } from '../../ui/FormDialog';
import { takeFocus } from '../../ui/focus';
import { EndFields } from './GrantFields';
import { dayChosen, endShape, toEnd } from './grant-form';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName } from './words';

interface Props {
  membership: Membership;
  grants: Grant[];
  /** The recipient can only ask; the client's owner agrees. */
  asks: boolean;
  onDone: (rows: GrantRenewalResult[]) => void;
  onClose: () => void;
}

/** A new end for several grants at once. */
export function RenewDialog({ membership, grants, asks, onDone, onClose }: Props) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshGrants(membership.account_id);
  const schema = useMemo(() => z.object(endShape).check(dayChosen(t('dayMissing'))), [t]);
  const only = grants.length === 1 ? grants[0] : undefined;
  const what = only
    ? { name: partyName(otherParty(only)) }
    : { name: t('accountsCount', { count: grants.length }) };
  return (
    <FormDialog
      title={t('renewTitle', what)}
      schema={schema}
      defaultValues={{ end: 'year', ends: '' }}
      submitLabel={asks ? t('renewAskLabel', what) : t('renewLabel', what)}
      fieldNames={{ ends_at: 'ends' }}
      onSubmit={async (values) => {
        const { data } = await renewGrants({
          path: { id: membership.account_id },
          body: { grant_ids: grants.map((grant) => grant.id), ends_at: toEnd(values, me.time_zone) },
        });
        onDone(data.results);
        await refresh(only?.id);
      }}
      onClose={onClose}
    >
      {(values) => (
        <>
          <p>{asks ? t('renewAskText') : t('renewText')}</p>
          <EndFields end={values.end} />
        </>
      )}
    </FormDialog>
  );
}

interface ResultProps {
  rows: GrantRenewalResult[];
  grants: Grant[];
  onRetry: (grants: Grant[]) => void;
  onClose: () => void;
}

/** What became of each grant of a bulk renewal. */
export function RenewResult({ rows, grants, onRetry, onClose }: ResultProps) {
  const t = useText();
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new answer takes the focus
  useEffect(() => takeFocus(ref.current), [rows]);
  const nameOf = (id: string) => {
    const grant = grants.find((one) => one.id === id);
    return grant ? partyName(otherParty(grant)) : id;
  };
  const refused = rows.filter((row) => row.outcome === 'refused');
  const names = (outcome: GrantRenewalResult['outcome']) =>
    rows.filter((row) => row.outcome === outcome).map((row) => nameOf(row.grant_id));
  return (
    <div ref={ref} tabIndex={-1}>
      <Alert kind={refused.length === 0 ? 'success' : 'warning'} title={t('renewResult')}>
        {(['renewed', 'asked'] as const).map((outcome) => {
          const done = names(outcome);
          return done.length > 0 ? (
            <p key={outcome}>
              {t(`renewOutcome.${outcome}`, { count: done.length })} {done.join(', ')}
            </p>
          ) : null;
        })}
        {refused.length > 0 ? (
          <>
            <p>{t('renewRefused', { count: refused.length })}</p>
            <ul>
              {refused.map((row) => (
                <li key={row.grant_id}>
                  {nameOf(row.grant_id)}: {row.detail ?? row.code} {row.code ? `(${row.code})` : null}
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <p className="qm-row">
          {refused.length > 0 ? (
            <Button
              kind="link"
              onClick={() => onRetry(grants.filter((one) => refused.some((row) => row.grant_id === one.id)))}
            >
              {t('renewAgain')}
            </Button>
          ) : null}
          <Button kind="link" onClick={onClose}>
            {t('common:close')}
          </Button>
        </p>
      </Alert>
    </div>
  );
}
