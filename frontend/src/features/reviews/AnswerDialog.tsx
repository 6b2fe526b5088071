import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import type { AccountUserDetail, Membership } from '../../api/gen';
import { type AccessReview, type AccessReviewItem, answerAccessReviewItem } from '../../api/gen';
import { getUserOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { AccessFields } from '../people/AccessFields';
import { accessSchema, parsePorts, portsSchema } from '../people/access-schema';
import { useSubAccounts } from '../people/use-sub-accounts';
import { useRefreshReviews } from './refresh';
import { useText } from './text';

interface Props {
  membership: Membership;
  review: AccessReview;
  item: AccessReviewItem;
  decision: 'keep' | 'change' | 'remove';
  onDone: (text: string) => void;
  onClose: () => void;
}

/** One answer with its reason. Changing a member opens the rights; an outside person's are in the grant. */
export function AnswerDialog(props: Props) {
  const { membership, item, decision, onClose } = props;
  const t = useText();
  const user = useQuery({
    ...getUserOptions({ path: { id: membership.account_id, user_id: item.person.id } }),
    enabled: item.kind === 'member' && decision === 'change',
  });
  if (item.kind === 'member' && decision === 'change') {
    return user.data ? (
      <ChangeMember {...props} person={user.data} />
    ) : (
      <Dialog title={t('answerTitle.change', { name: item.person.name })} onClose={onClose}>
        <Loaded query={user}>{() => null}</Loaded>
        <div className="qm-actions">
          <Button kind="secondary" onClick={onClose}>
            {t('common:cancel')}
          </Button>
        </div>
      </Dialog>
    );
  }
  return <Answer {...props} />;
}

const useAnswered = ({ membership, review, item, onDone }: Props) => {
  const t = useText();
  const refresh = useRefreshReviews(membership.account_id);
  return async (decision: 'keep' | 'change' | 'remove') => {
    onDone(t(`answered.${decision}`, { name: item.person.name }));
    await refresh(review.id);
  };
};

function Answer(props: Props) {
  const { membership, review, item, decision, onClose } = props;
  const t = useText();
  const answered = useAnswered(props);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <FormDialog
      title={t(`answerTitle.${decision}`, { name: item.person.name })}
      schema={schema}
      defaultValues={{ reason: '' }}
      submitLabel={t(`answerLabel.${decision}`, { name: item.person.name })}
      submitKind={decision === 'remove' ? 'danger' : undefined}
      onSubmit={async (values) => {
        await answerAccessReviewItem({
          path: { id: membership.account_id, review_id: review.id, item_id: item.id },
          body: { decision, reason: values.reason, change: null },
        });
        await answered(decision);
      }}
      onClose={onClose}
    >
      <p>{item.access_summary}</p>
      {decision === 'remove' ? (
        <p>{t(item.kind === 'member' ? 'removeMemberText' : 'removeOutsideText')}</p>
      ) : null}
      {decision === 'change' && item.grant_id ? (
        <p>
          {t('changeOutsideText')}{' '}
          <TextLink to="/access/cross-account/$grantId" params={{ grantId: item.grant_id }}>
            {t('seeGrant')}
          </TextLink>
        </p>
      ) : null}
      <TextArea
        name="reason"
        label={t('common:fields.reason')}
        hint={t('reasonHint')}
        rows={2}
        maxLength={500}
      />
    </FormDialog>
  );
}

function ChangeMember(props: Props & { person: AccountUserDetail }) {
  const { membership, review, item, person, onClose } = props;
  const t = useText();
  const answered = useAnswered(props);
  const subAccounts = useSubAccounts(membership.account_id);
  const schema = useMemo(
    () =>
      z.object({
        reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))),
        role: z.optional(z.enum(['proxy', 'user'])),
        access: z.optional(accessSchema),
        port_codes: z.optional(portsSchema(t('portCodesBad'))),
      }),
    [t],
  );
  const defaults = useMemo(
    () => ({
      reason: '',
      role: person.role === 'proxy' ? ('proxy' as const) : ('user' as const),
      access: (subAccounts.data?.items ?? []).map(
        (one) =>
          person.access.find((given) => given.sub_account_id === one.id) ?? {
            sub_account_id: one.id,
            structure: 'none' as const,
            records: 'none' as const,
            reports: 'none' as const,
          },
      ),
      port_codes: person.port_codes.join(', '),
    }),
    [person, subAccounts.data],
  );
  if (!subAccounts.data) return null;
  const list = subAccounts.data.items;
  return (
    <FormDialog
      title={t('answerTitle.change', { name: item.person.name })}
      schema={schema}
      defaultValues={defaults}
      submitLabel={t('answerLabel.change', { name: item.person.name })}
      onSubmit={async (values) => {
        const role = values.role ?? (person.role === 'proxy' ? 'proxy' : 'user');
        await answerAccessReviewItem({
          path: { id: membership.account_id, review_id: review.id, item_id: item.id },
          body: {
            decision: 'change',
            reason: values.reason,
            change: {
              role: role === person.role ? undefined : role,
              access: role === 'user' ? values.access : undefined,
              port_codes: role === 'user' ? parsePorts(values.port_codes ?? '') : undefined,
            },
          },
        });
        await answered('change');
      }}
      onClose={onClose}
    >
      {(values) => (
        <>
          {person.can.change_role.allowed ? (
            <RadioGroup
              name="role"
              label={t('role')}
              options={(['user', 'proxy'] as const).map((value) => ({
                value,
                label: t(`common:role.${value}`),
                hint: t(`common:roleHint.${value}`),
              }))}
            />
          ) : null}
          <AccessFields subAccounts={list} role={values.role ?? person.role} />
          <TextArea
            name="reason"
            label={t('common:fields.reason')}
            hint={t('reasonHint')}
            rows={2}
            maxLength={500}
          />
        </>
      )}
    </FormDialog>
  );
}
