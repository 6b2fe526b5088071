import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { acceptGrant, declineGrant } from '../../api/gen';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { Form } from '../../ui/Form';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { TextArea } from '../../ui/TextArea';
import { useSubAccounts } from '../people/use-sub-accounts';
import { BlockDialog } from './BlockDialog';
import { EndFields, RightsFields, ScopeFields } from './GrantFields';
import {
  dayChosen,
  endShape,
  endsLater,
  exceeds,
  fromEnd,
  fromScope,
  namedChosen,
  scopeOf,
  scopeShape,
  toEnd,
  toScope,
} from './grant-form';
import { PreviewButton } from './Preview';
import type { PanelProps } from './panel';
import { useRefreshGrants } from './refresh';
import { useText } from './text';
import { otherParty, partyName, useGrantWords } from './words';

/** The plain page on which an owner answers: who asks for what, for how long, and what saying yes means. */
export function Consent(props: PanelProps) {
  const { membership, grant, onDone } = props;
  const t = useText();
  const words = useGrantWords();
  const refresh = useRefreshGrants(membership.account_id);
  const [asking, setAsking] = useState<'accept' | 'decline' | 'block' | null>(null);
  const [narrowing, setNarrowing] = useState(false);
  const party = otherParty(grant);
  const name = partyName(party);
  const gives = grant.my_side === 'grantor';
  const schema = useMemo(() => z.object({ reason: z.string() }), []);
  if (narrowing) return <Narrowing {...props} onClose={() => setNarrowing(false)} />;
  return (
    <>
      <Card title={t('whoAsks')}>
        <Facts
          items={[
            [t('company'), [party.company_name, party.account_name].filter(Boolean).join(', ')],
            [t('accountNumber'), party.account_number ?? undefined],
            [t('theirOwner'), party.owner?.name],
            [t('purpose'), grant.purpose],
            [
              t('identifier'),
              grant.identifier
                ? `${t(`common:identifierKind.${grant.identifier.kind}`)} ${grant.identifier.value}`
                : undefined,
            ],
            [t('asked'), words.when(grant.created_at)],
          ]}
        />
      </Card>
      <Card title={gives ? t('consentWhat', { company: name }) : t('offerWhat')}>
        <ul>
          {words.rightsList(grant.rights).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p>
          {t('consentScope', { scope: words.scope(grant) })}{' '}
          {grant.top_level ? t('consentTopLevel') : t('consentNoTopLevel')}
        </p>
        <p>{grant.ends_at ? t('consentUntil', { date: words.until(grant.ends_at) }) : t('consentOpen')}</p>
        {gives ? (
          <>
            <PreviewButton accountId={membership.account_id} values={fromScope(scopeOf(grant))} />
            <h3>{t('consentMeans')}</h3>
            <ul>
              <li>{t('consentMeansSee')}</li>
              <li>{t('consentMeansPeople')}</li>
              <li>{t('consentMeansEnd')}</li>
            </ul>
          </>
        ) : (
          <p>{t('offerMeans')}</p>
        )}
        <div className="qm-actions">
          <Button onClick={() => setAsking('accept')}>
            {gives ? t('accept', { company: name }) : t('acceptOffer')}
          </Button>
          {gives ? (
            <Button kind="secondary" onClick={() => setNarrowing(true)}>
              {t('acceptLess')}
            </Button>
          ) : null}
          <Button kind="secondary" onClick={() => setAsking('decline')}>
            {t('decline')}
          </Button>
          {grant.can.block.allowed ? (
            <Button kind="link" onClick={() => setAsking('block')}>
              {t('block')}
            </Button>
          ) : null}
        </div>
      </Card>
      {asking === 'accept' ? (
        <ConfirmDialog
          title={gives ? t('acceptTitle', { company: name }) : t('acceptOfferTitle', { company: name })}
          confirmLabel={gives ? t('acceptLabel') : t('acceptOffer')}
          onConfirm={async () => {
            await acceptGrant({
              path: { id: grant.id },
              body: { version: grant.version, narrowing: null },
            });
            onDone(gives ? t('accepted', { company: name }) : t('acceptedOffer', { company: name }));
            await refresh(grant.id);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{gives ? t('acceptText', { company: name }) : t('acceptOfferText', { company: name })}</p>
        </ConfirmDialog>
      ) : null}
      {asking === 'decline' ? (
        <FormDialog
          title={t('declineTitle', { company: name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('decline')}
          onSubmit={async (values) => {
            await declineGrant({ path: { id: grant.id }, body: { reason: values.reason.trim() || null } });
            onDone(t('declined', { company: name }));
            await refresh(grant.id);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('declineText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} optional rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
      {asking === 'block' ? <BlockDialog {...props} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

/** Agreeing to a part of what was asked. */
function Narrowing({ membership, grant, onDone, onClose }: PanelProps & { onClose: () => void }) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshGrants(membership.account_id);
  const subAccounts = useSubAccounts(membership.account_id);
  const asked = scopeOf(grant);
  const name = partyName(otherParty(grant));
  const schema = useMemo(
    () =>
      z
        .object({ ...scopeShape({ rightsMissing: t('rightsMissing') }), ...endShape })
        .check(namedChosen(t('scopeMissing')), dayChosen(t('dayMissing'))),
    [t],
  );
  const [tooMuch, setTooMuch] = useState(false);
  return (
    <Card title={t('narrowTitle')}>
      <p>{t('narrowText')}</p>
      <Loaded query={subAccounts}>
        {(list) => (
          <Form
            schema={schema}
            defaultValues={{ ...fromScope(asked), ...fromEnd(grant.ends_at, me.time_zone) }}
            submitLabel={t('narrowSubmit', { company: name })}
            fieldNames={{ ends_at: 'ends', 'narrowing.ends_at': 'ends' }}
            extra={
              <Button kind="secondary" onClick={onClose}>
                {t('common:cancel')}
              </Button>
            }
            onSubmit={async (values) => {
              const scope = toScope(values);
              const kept = fromEnd(grant.ends_at, me.time_zone);
              const same = values.end === kept.end && values.ends === kept.ends;
              const ends = same ? (grant.ends_at ?? null) : toEnd(values, me.time_zone);
              const more = exceeds(scope, asked) || endsLater(ends, grant.ends_at ?? null);
              setTooMuch(more);
              if (more) return;
              await acceptGrant({
                path: { id: grant.id },
                body: { version: grant.version, narrowing: { ...scope, ends_at: ends } },
              });
              onDone(t('accepted', { company: name }));
              onClose();
              await refresh(grant.id);
            }}
          >
            {(values) => (
              <>
                {tooMuch ? <p role="alert">{t('narrowTooMuch')}</p> : null}
                <ScopeFields
                  subAccounts={
                    asked.all_sub_accounts
                      ? list.items
                      : list.items.filter((one) => asked.sub_account_ids.includes(one.id))
                  }
                  offerAll={asked.all_sub_accounts}
                  scope={values.scope}
                />
                <RightsFields limit={asked.rights} />
                <EndFields end={values.end} offerYear={false} />
                <PreviewButton accountId={membership.account_id} values={values} />
              </>
            )}
          </Form>
        )}
      </Loaded>
    </Card>
  );
}
