import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Membership } from '../../api/gen';
import { listAccountAuditEventsOptions, listUsersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { dayAfter, formatDate, fullName } from '../../app/format';
import { ButtonLink } from '../../ui/ButtonLink';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { EventTable } from './EventTable';
import { useText } from './text';
import { ACCOUNT_ACTIONS, useActionWords } from './words';

const route = getRouteApi('/member/audit');

export default function AuditPage() {
  const t = useText();
  return (
    <AccountPage title={t('title')} about={t('about')} roles={['owner', 'proxy']}>
      {(membership) => <Audit key={membership.account_id} membership={membership} />}
    </AccountPage>
  );
}

function Audit({ membership }: { membership: Membership }) {
  const t = useText();
  const actionWords = useActionWords();
  const { actor, subject, action, from, to, cursor, account } = route.useSearch();
  const path = { id: membership.account_id };
  const people = useQuery(listUsersOptions({ path, query: { limit: 200 } }));
  const query = useQuery({
    ...listAccountAuditEventsOptions({
      path,
      query: {
        actor_id: actor,
        subject_id: subject,
        action,
        from: from ? `${from}T00:00:00Z` : undefined,
        to: to ? dayAfter(to) : undefined,
        cursor,
      },
    }),
    placeholderData: keepPreviousData,
  });
  const options = (people.data?.items ?? []).map((person) => ({
    value: person.id,
    label: person.user_id ? `${fullName(person)} (${person.user_id})` : fullName(person),
  }));
  const nameOf = (id: string) => options.find((option) => option.value === id)?.label ?? id;
  const chips = [
    actor ? { name: 'actor', text: t('actorChip', { name: nameOf(actor) }) } : null,
    subject ? { name: 'subject', text: t('subjectChip', { name: nameOf(subject) }) } : null,
    action ? { name: 'action', text: actionWords(action) } : null,
    from ? { name: 'from', text: t('fromChip', { date: formatDate(from) }) } : null,
    to ? { name: 'to', text: t('toChip', { date: formatDate(to) }) } : null,
  ].filter((chip) => chip !== null);
  return (
    <>
      <p className="qm-lead">{t('lead', { account: membership.account_name })}</p>
      <FilterForm
        // The lists of people arrive later than the form.
        key={options.length}
        values={{ actor, subject, action, from, to }}
        chips={chips}
        label={t('filters')}
      >
        <FilterSelect name="actor" label={t('actor')} options={options} />
        <FilterSelect name="subject" label={t('subject')} options={options} />
        <FilterSelect
          name="action"
          label={t('action')}
          options={ACCOUNT_ACTIONS.map((value) => ({ value, label: actionWords(value) }))}
        />
        <FilterText name="from" type="date" label={t('from')} />
        <FilterText name="to" type="date" label={t('to')} />
      </FilterForm>
      <Loaded query={query} rows={8}>
        {(page) =>
          page.items.length === 0 ? (
            chips.length > 0 ? (
              <EmptyState
                kind="filtered"
                title={t('emptyFiltered')}
                action={
                  <ButtonLink to="/audit" search={{ account }} kind="secondary">
                    {t('clear')}
                  </ButtonLink>
                }
              />
            ) : (
              <EmptyState kind="nothing" title={t('empty')} />
            )
          ) : (
            <>
              <EventTable events={page.items} stale={query.isPlaceholderData} />
              <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
