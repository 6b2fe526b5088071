import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Report, type ReportShare, shareReport, unshareReport } from '../../api/gen';
import {
  listReportSharesOptions,
  listReportSharesQueryKey,
  listUsersOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { chooseMembership } from '../../app/account';
import { fullName } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { RadioGroup } from '../../ui/RadioGroup';
import { Select } from '../../ui/Select';
import { useText } from './text';

const AUDIENCES = ['account', 'person', 'guests'] as const;

/** With whom an own report is shared, in one of the accounts where the reader may share. */
export function ShareDialog({ report, onClose }: { report: Report; onClose: () => void }) {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const options = { path: { key: report.key } };
  const shares = useQuery(listReportSharesOptions(options));
  const again = () => queries.invalidateQueries({ queryKey: listReportSharesQueryKey(options) });
  const accounts = me.memberships.filter((one) => report.shares_in.includes(one.account_id));
  const current = chooseMembership(me, undefined)?.account_id;
  const start = accounts.find((one) => one.account_id === current) ?? accounts[0];
  const schema = useMemo(
    () =>
      z.object({ account: z.string(), audience: z.enum(AUDIENCES), person: z.optional(z.string()) }).check(
        z.refine((all) => all.audience !== 'person' || Boolean(all.person), {
          path: ['person'],
          error: t('personMissing'),
        }),
      ),
    [t],
  );
  const nameOf = (share: ReportShare) =>
    share.person?.name ??
    t(share.audience === 'guests' ? 'guestsOf' : 'everybody', { account: share.account.name });
  if (!start) return null;
  return (
    <Dialog title={t('shareTitle', { name: report.name })} onClose={onClose}>
      <p>{t('shareText')}</p>
      <Form
        schema={schema}
        defaultValues={{ account: start.account_id, audience: 'account', person: '' }}
        submitLabel={t('shareSend')}
        resetOnSuccess
        fieldNames={{ user_id: 'person', account_id: 'account' }}
        onSubmit={async (values) => {
          await shareReport({
            ...options,
            body: {
              audience: values.audience,
              account_id: values.account,
              user_id: values.audience === 'person' ? (values.person ?? null) : null,
            },
            headers: idempotencyKey(),
          });
          await again();
        }}
        extra={
          <Button kind="secondary" onClick={onClose}>
            {t('common:close')}
          </Button>
        }
      >
        {(values) => (
          <>
            {accounts.length > 1 ? (
              <Select
                name="account"
                label={t('shareAccount')}
                options={accounts.map((one) => ({ value: one.account_id, label: one.account_name }))}
              />
            ) : (
              <input type="hidden" name="account" value={start.account_id} />
            )}
            <RadioGroup
              name="audience"
              label={t('audience')}
              options={AUDIENCES.map((value) => ({ value, label: t(`audienceChoice.${value}`) }))}
            />
            {values.audience === 'person' ? <People accountId={values.account} /> : null}
          </>
        )}
      </Form>
      <h3>{t('sharedWith')}</h3>
      {error ? <ProblemAlert error={error} /> : null}
      <Loaded query={shares}>
        {(list) =>
          list.items.length === 0 ? (
            <p>{t('noShares')}</p>
          ) : (
            <ul className="qm-plain-list">
              {list.items.map((share) => (
                <li key={share.id} className="qm-row">
                  {nameOf(share)}
                  <Button
                    kind="link"
                    aria-label={t('unshareName', { name: nameOf(share) })}
                    onClick={async () => {
                      setError(null);
                      try {
                        await unshareReport({ path: { key: report.key, share_id: share.id } });
                        await again();
                      } catch (caught) {
                        setError(caught);
                      }
                    }}
                  >
                    {t('unshare')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  );
}

function People({ accountId }: { accountId: string }) {
  const t = useText();
  const me = useMe();
  const people = useQuery(listUsersOptions({ path: { id: accountId }, query: { limit: 200 } }));
  if (people.error) return <ProblemAlert error={people.error} />;
  return (
    <Select
      name="person"
      label={t('person')}
      empty={t('common:chooseOne')}
      options={(people.data?.items ?? [])
        .filter((one) => one.id !== me.id)
        .map((one) => ({ value: one.id, label: fullName(one) }))}
    />
  );
}
