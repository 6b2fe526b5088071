import { useMemo } from 'react';
import * as z from 'zod/mini';
import { updateGrant } from '../../api/gen';
import { ifMatch } from '../../api/problem';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { TextArea } from '../../ui/TextArea';
import { useSubAccounts } from '../people/use-sub-accounts';
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
import { otherParty, partyName } from './words';

/** Shrinks or widens a grant, or changes a proposal of one's own. */
export function ChangeForm({ membership, grant, onDone, onClose }: PanelProps & { onClose: () => void }) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshGrants(membership.account_id);
  const gives = grant.my_side === 'grantor';
  const own = useSubAccounts(membership.account_id);
  const name = partyName(otherParty(grant));
  const schema = useMemo(
    () =>
      z
        .object({
          ...scopeShape({ rightsMissing: t('rightsMissing') }),
          ...endShape,
          purpose: z.string().check(z.trim(), z.minLength(3, t('purposeMissing'))),
        })
        .check(namedChosen(t('scopeMissing')), dayChosen(t('dayMissing'))),
    [t],
  );
  const before = scopeOf(grant);
  const end = fromEnd(grant.ends_at, me.time_zone);
  return (
    <Card title={t('changeTitle')}>
      <p>{t(gives ? 'changeText' : 'changeAskText', { company: name })}</p>
      <Loaded query={own}>
        {(list) => (
          <Form
            schema={schema}
            defaultValues={{ ...fromScope(before), ...end, purpose: grant.purpose }}
            submitLabel={t('changeSubmit')}
            fieldNames={{ ends_at: 'ends', sub_account_ids: 'chosen' }}
            extra={
              <Button kind="secondary" onClick={onClose}>
                {t('common:cancel')}
              </Button>
            }
            onSubmit={async (values) => {
              const scope = toScope(values);
              const sameEnd = values.end === end.end && values.ends === end.ends;
              const ends = sameEnd ? (grant.ends_at ?? null) : toEnd(values, me.time_zone);
              const { data } = await updateGrant({
                path: { id: grant.id },
                headers: ifMatch(grant),
                body: {
                  ...scope,
                  purpose: values.purpose === grant.purpose ? undefined : values.purpose,
                  ends_at: sameEnd ? undefined : ends,
                },
              });
              const more = exceeds(scope, before) || endsLater(ends, grant.ends_at ?? null);
              onDone(
                data.pending_change && more
                  ? t('changeAsked', { company: name })
                  : t('changed', { company: name }),
              );
              onClose();
              await refresh(grant.id);
            }}
          >
            {(values) => (
              <>
                <ScopeFields
                  subAccounts={gives ? list.items : before.all_sub_accounts ? null : grant.sub_accounts}
                  scope={values.scope}
                />
                <RightsFields />
                <TextArea name="purpose" label={t('purpose')} rows={2} maxLength={500} />
                <EndFields end={values.end} />
                {gives ? <PreviewButton accountId={membership.account_id} values={values} /> : null}
              </>
            )}
          </Form>
        )}
      </Loaded>
    </Card>
  );
}
