import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { type Activity, type ActivityKind, addActivity, removeActivity } from '../../api/gen';
import { listActivitiesOptions, listActivityKindsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import type { ApiProblem } from '../../api/problem';
import { formatDate } from '../../app/format';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyState } from '../../ui/EmptyState';
import { FormDialog } from '../../ui/FormDialog';
import { Loaded } from '../../ui/Loaded';
import { Select } from '../../ui/Select';
import type { PanelProps } from './panel';
import { isExplained, Refusal } from './Refusal';
import { useRefreshCompany } from './refresh';
import { useText } from './text';

/** The activities of the account, with what may be added here and what only others may add. */
export function ActivitiesCard({ membership, manages, onDone }: PanelProps) {
  const t = useText();
  const path = { id: membership.account_id };
  const refresh = useRefreshCompany(membership.account_id);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Activity | null>(null);
  const held = useQuery(listActivitiesOptions({ path, query: { limit: 200 } }));
  const kinds = useQuery({ ...listActivityKindsOptions(), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card
      title={t('activities')}
      side={
        manages && held.data && kinds.data ? (
          <Button kind="secondary" small onClick={() => setAdding(true)}>
            {t('addActivity')}
          </Button>
        ) : undefined
      }
    >
      <p className="qm-muted">{t('activitiesLead')}</p>
      <Loaded query={held} rows={3}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState kind="nothing" title={t('noActivities')}>
              {t('noActivitiesText')}
            </EmptyState>
          ) : (
            <ul className="qm-plain-list">
              {page.items.map((one) => (
                <li key={one.activity} className="qm-row">
                  <span>
                    <strong>{one.label}</strong>{' '}
                    <span className="qm-muted">
                      {t('subAccountCount', { count: one.sub_account_count })}.{' '}
                      {one.added_by_name
                        ? t('addedBy', { date: formatDate(one.added_at), name: one.added_by_name })
                        : t('addedOn', { date: formatDate(one.added_at) })}
                    </span>
                  </span>
                  {manages && one.sub_account_count === 0 ? (
                    <Button
                      kind="link"
                      aria-label={t('removeActivityName', { activity: one.label })}
                      onClick={() => setRemoving(one)}
                    >
                      {t('removeActivity')}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && held.data && kinds.data ? (
        <AddDialog
          accountId={membership.account_id}
          kinds={kinds.data.items}
          held={held.data.items}
          onDone={async (text) => {
            onDone(text);
            await refresh();
          }}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('removeActivityTitle', { activity: removing.label })}
          confirmLabel={t('removeActivityName', { activity: removing.label })}
          destructive
          onConfirm={async () => {
            await removeActivity({ path: { ...path, activity: removing.activity } });
            onDone(t('activityRemoved', { activity: removing.label }));
            await refresh();
          }}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removeActivityText')}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}

interface AddProps {
  accountId: string;
  kinds: ActivityKind[];
  held: Activity[];
  onDone: (text: string) => Promise<void>;
  onClose: () => void;
}

function AddDialog({ accountId, kinds, held, onDone, onClose }: AddProps) {
  const t = useText();
  const [refused, setRefused] = useState<ApiProblem | null>(null);
  const open = kinds.filter(
    (kind) => kind.added_by === 'self_service' && !held.some((one) => one.activity === kind.activity),
  );
  const closedTo = (by: ActivityKind['added_by']) =>
    kinds
      .filter((kind) => kind.added_by === by)
      .map((kind) => kind.label)
      .join(', ');
  const schema = useMemo(
    () =>
      z.object({
        activity: z
          .custom<ActivityKind['activity']>()
          .check(
            z.refine((value) => typeof value === 'string' && (value as string) !== '', t('activityMissing')),
          ),
      }),
    [t],
  );
  return (
    <FormDialog
      title={t('addActivityTitle')}
      schema={schema}
      defaultValues={{ activity: '' as ActivityKind['activity'] }}
      submitLabel={t('addActivity')}
      onSubmit={async (values) => {
        setRefused(null);
        const { data } = await addActivity({
          path: { id: accountId },
          body: { activity: values.activity },
          headers: idempotencyKey(),
        });
        await onDone(t('activityAdded', { activity: data.label }));
      }}
      onProblem={(problem) => {
        if (!isExplained(problem.code)) return false;
        setRefused(problem);
        return true;
      }}
      onClose={onClose}
    >
      {refused ? <Refusal problem={refused} /> : null}
      <Select
        name="activity"
        label={t('activity')}
        empty={t('common:chooseOne')}
        options={open.map((kind) => ({ value: kind.activity, label: `${kind.label}: ${kind.description}` }))}
      />
      <h3>{t('restrictedTitle')}</h3>
      <ul>
        {(['staff', 'staff_for_ftz_board', 'closed'] as const).map((by) => (
          <li key={by}>{t(`restricted.${by}`, { list: closedTo(by) })}</li>
        ))}
      </ul>
    </FormDialog>
  );
}
