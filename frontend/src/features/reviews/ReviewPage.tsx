import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import type { Membership } from '../../api/gen';
import {
  type AccessReview,
  type AccessReviewItem,
  cancelAccessReview,
  completeAccessReview,
} from '../../api/gen';
import {
  getAccessReviewOptions,
  listAccessReviewItemsOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { formatDate, formatDateTime } from '../../app/format';
import { reviewItemStates } from '../../routes/search';
import { useMe } from '../../session';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Facts } from '../../ui/Facts';
import { FilterForm, FilterSelect } from '../../ui/FilterForm';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { TextArea } from '../../ui/TextArea';
import { TextLink } from '../../ui/TextLink';
import { AnswerDialog } from './AnswerDialog';
import { EvidenceButtons } from './EvidenceButtons';
import { ItemTag, ReviewTag } from './ReviewTag';
import { useRefreshReviews } from './refresh';
import { useText } from './text';

const route = getRouteApi('/member/access/reviews/$reviewId');

export default function ReviewPage() {
  const t = useText();
  const { reviewId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getAccessReviewOptions({ path: { id: membership?.account_id ?? '', review_id: reviewId } }),
    enabled: membership !== null && membership.role !== 'user',
  });
  return (
    <AccountPage
      title={query.data?.name ?? t('review')}
      about={t('reviewAbout')}
      crumbs={[
        { label: t('crossAccount'), to: '/access/cross-account' },
        { label: t('title'), to: '/access/reviews' },
      ]}
      roles={['owner', 'proxy']}
    >
      {(current) => (
        <Loaded query={query}>
          {(review) => <Review key={reviewId} membership={current} review={review} />}
        </Loaded>
      )}
    </AccountPage>
  );
}

function Review({ membership, review }: { membership: Membership; review: AccessReview }) {
  const t = useText();
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done ? (
        <Alert kind="success" focus key={done}>
          {done}
        </Alert>
      ) : null}
      <StateCard membership={membership} review={review} onDone={setDone} />
      <h2>{t('who')}</h2>
      <Items membership={membership} review={review} onDone={setDone} />
    </>
  );
}

interface Props {
  membership: Membership;
  review: AccessReview;
  onDone: (text: string) => void;
}

function StateCard({ membership, review, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const refresh = useRefreshReviews(membership.account_id);
  const [asking, setAsking] = useState<'complete' | 'cancel' | null>(null);
  const { counts } = review;
  const answered = counts.total - counts.open;
  const path = { id: membership.account_id, review_id: review.id };
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(3, t('common:reasonRequired'))) }),
    [t],
  );
  return (
    <Card title={t('stateName')} side={<ReviewTag state={review.state} />}>
      <p>
        <label htmlFor="review-progress">{t('progressText', { done: answered, total: counts.total })}</label>{' '}
        <progress
          id="review-progress"
          className="qm-progress"
          max={Math.max(counts.total, 1)}
          value={answered}
        />
      </p>
      <Facts
        items={[
          [
            t('answers'),
            t('countsText', {
              kept: counts.kept,
              changed: counts.changed,
              removed: counts.removed,
              left: counts.left,
            }),
          ],
          [t('unanswered'), counts.unanswered > 0 ? String(counts.unanswered) : undefined],
          [t('due'), formatDate(review.due_on)],
          [t('whenUnanswered'), t(`policy.${review.when_unanswered}`)],
          [
            t('started'),
            `${formatDateTime(review.started_at, me.time_zone)}, ${review.scheduled ? t('bySchedule') : review.started_by_name}`,
          ],
          [
            review.state === 'cancelled' ? t('cancelledOn') : t('completedOn'),
            review.completed_at ? formatDateTime(review.completed_at, me.time_zone) : undefined,
          ],
          [t('common:fields.reason'), review.cancel_reason ?? undefined],
          [t('note'), review.note ?? undefined],
        ]}
      />
      <EvidenceButtons accountId={membership.account_id} review={review} />
      {review.can.complete || review.can.cancel ? (
        <div className="qm-actions">
          {review.can.complete ? (
            <Button onClick={() => setAsking('complete')}>{t('complete')}</Button>
          ) : null}
          {review.can.cancel ? (
            <Button kind="secondary" onClick={() => setAsking('cancel')}>
              {t('cancelReview')}
            </Button>
          ) : null}
        </div>
      ) : null}
      {asking === 'complete' ? (
        <ConfirmDialog
          title={t('completeTitle', { name: review.name })}
          confirmLabel={t('complete')}
          onConfirm={async () => {
            await completeAccessReview({ path });
            onDone(t('completed'));
            await refresh(review.id);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('completeText')}</p>
        </ConfirmDialog>
      ) : null}
      {asking === 'cancel' ? (
        <FormDialog
          title={t('cancelTitle', { name: review.name })}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t('cancelReview')}
          submitKind="danger"
          onSubmit={async (values) => {
            await cancelAccessReview({ path, body: { reason: values.reason } });
            onDone(t('cancelled'));
            await refresh(review.id);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t('cancelText')}</p>
          <TextArea name="reason" label={t('common:fields.reason')} rows={2} maxLength={500} />
        </FormDialog>
      ) : null}
    </Card>
  );
}

function Items({ membership, review, onDone }: Props) {
  const t = useText();
  const me = useMe();
  const { state, kind, cursor } = route.useSearch();
  const [asking, setAsking] = useState<{
    item: AccessReviewItem;
    decision: 'keep' | 'change' | 'remove';
  } | null>(null);
  const query = useQuery({
    ...listAccessReviewItemsOptions({
      path: { id: membership.account_id, review_id: review.id },
      query: { state, kind, cursor },
    }),
    placeholderData: keepPreviousData,
  });
  const chips = [
    state ? { name: 'state', text: t(`itemState.${state}`) } : null,
    kind ? { name: 'kind', text: t(`kind.${kind}`) } : null,
  ].filter((chip) => chip !== null);
  return (
    <>
      <FilterForm values={{ state, kind }} chips={chips} label={t('filters')}>
        <FilterSelect
          name="state"
          label={t('answer')}
          options={reviewItemStates.map((value) => ({ value, label: t(`itemState.${value}`) }))}
        />
        <FilterSelect
          name="kind"
          label={t('kindName')}
          options={(['member', 'outside'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
      </FilterForm>
      <Loaded query={query} rows={6}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              kind={state || kind ? 'filtered' : 'nothing'}
              title={t(state || kind ? 'emptyFiltered' : 'nobody')}
              action={
                state || kind ? (
                  <ButtonLink
                    to="/access/reviews/$reviewId"
                    params={{ reviewId: review.id }}
                    kind="secondary"
                  >
                    {t('common:clearFilters')}
                  </ButtonLink>
                ) : undefined
              }
            />
          ) : (
            <>
              <DataTable
                caption={t('who')}
                rows={page.items}
                rowKey={(row) => row.id}
                stale={query.isPlaceholderData}
                columns={[
                  {
                    key: 'person',
                    header: t('person'),
                    rowHeader: true,
                    cell: (row) => (
                      <>
                        {row.person.name}
                        <div className="qm-muted qm-small">
                          {row.kind === 'member'
                            ? row.role
                              ? t(`common:role.${row.role}`)
                              : t('kind.member')
                            : row.company_name}
                        </div>
                      </>
                    ),
                  },
                  {
                    key: 'access',
                    header: t('access'),
                    cell: (row) => (
                      <>
                        {row.access_summary}
                        {row.grant_id ? (
                          <div>
                            <TextLink to="/access/cross-account/$grantId" params={{ grantId: row.grant_id }}>
                              {t('seeGrant')}
                            </TextLink>
                          </div>
                        ) : null}
                      </>
                    ),
                  },
                  {
                    key: 'last',
                    header: t('lastUsed'),
                    cell: (row) =>
                      row.last_used_at ? formatDateTime(row.last_used_at, me.time_zone) : t('common:never'),
                  },
                  {
                    key: 'answer',
                    header: t('answer'),
                    cell: (row) => (
                      <>
                        <ItemTag state={row.state} />
                        {row.decision ? (
                          <div className="qm-small">
                            {row.decision.reason}
                            <div className="qm-muted">
                              {row.decision.by_name}, {formatDateTime(row.decision.at, me.time_zone)}
                              {row.decision.late ? `, ${t('late')}` : null}
                            </div>
                          </div>
                        ) : null}
                        {row.access_suspended_at ? (
                          <div className="qm-small">
                            {t('suspendedSince', {
                              date: formatDateTime(row.access_suspended_at, me.time_zone),
                            })}
                          </div>
                        ) : null}
                      </>
                    ),
                  },
                  {
                    key: 'actions',
                    header: t('common:actions'),
                    cell: (row) => {
                      const choices = (['keep', 'change', 'remove'] as const).filter((one) => row.can[one]);
                      return choices.length === 0 ? (
                        '–'
                      ) : (
                        <span className="qm-row">
                          {choices.map((decision) => (
                            <Button
                              key={decision}
                              kind="link"
                              aria-label={`${t(`decision.${decision}`)}: ${row.person.name}`}
                              onClick={() => setAsking({ item: row, decision })}
                            >
                              {t(`decision.${decision}`)}
                            </Button>
                          ))}
                        </span>
                      );
                    },
                  },
                ]}
              />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
      {asking ? (
        <AnswerDialog
          membership={membership}
          review={review}
          item={asking.item}
          decision={asking.decision}
          onDone={onDone}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}
