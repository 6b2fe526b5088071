import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { decideIdentifierClaim, type IdentifierClaim } from '../../api/gen';
import { getAnyIdentifierClaimOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF, isOneOf } from '../../app/staff';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import { TextArea } from '../../ui/TextArea';
import { ClaimFacts } from './ClaimFacts';
import { useRefreshClaims } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/identifier-claims/$claimId');
const OUTCOMES = ['release', 'keep'] as const;

export default function AnyClaimPage() {
  const t = useText();
  const { claimId } = route.useParams();
  const me = useMe();
  const query = useQuery({
    ...getAnyIdentifierClaimOptions({ path: { id: claimId } }),
    enabled: isOneOf(me.staff_role, ANY_STAFF),
  });
  return (
    <StaffPage
      title={query.data ? t('claimOf', { value: query.data.identifier }) : t('claim')}
      crumbs={[{ label: t('deskTitle'), to: '/identifier-claims' }]}
      about={t('about')}
      roles={ANY_STAFF}
    >
      {() => <Loaded query={query}>{(claim) => <Content claim={claim} />}</Loaded>}
    </StaffPage>
  );
}

function Content({ claim }: { claim: IdentifierClaim }) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshClaims();
  const [done, setDone] = useState<string | null>(null);
  const [deciding, setDeciding] = useState(false);
  const value = claim.identifier;
  const schema = useMemo(
    () =>
      z.object({
        outcome: z.enum(OUTCOMES, t('outcomeMissing')),
        reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))),
      }),
    [t],
  );
  const next =
    claim.state === 'disputed'
      ? 'disputed'
      : claim.state === 'open'
        ? claim.overdue
          ? 'overdue'
          : 'open'
        : null;
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      {next ? (
        <Alert kind={next === 'open' ? 'info' : 'warning'}>
          {t(`next.staff.${next}`, { due: formatDateTime(claim.answer_due_at, me.time_zone) })}
        </Alert>
      ) : null}
      <ClaimFacts claim={claim} />
      {claim.can.decide ? <Button onClick={() => setDeciding(true)}>{t('decide')}</Button> : null}
      {deciding ? (
        <FormDialog
          title={t('decideTitle', { value })}
          schema={schema}
          defaultValues={{ outcome: '' as 'release', reason: '' }}
          submitLabel={t('submit')}
          onSubmit={async (body) => {
            await decideIdentifierClaim({ path: { id: claim.id }, body });
            setDone(t(`decidedDone.${body.outcome}`, { value }));
            await refresh();
          }}
          onClose={() => setDeciding(false)}
        >
          <RadioGroup
            name="outcome"
            label={t('outcome')}
            options={OUTCOMES.map((one) => ({
              value: one,
              label: t(`outcomes.${one}`),
              hint: t(`outcomeHint.${one}`),
            }))}
          />
          <TextArea name="reason" label={t('common:fields.reason')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
