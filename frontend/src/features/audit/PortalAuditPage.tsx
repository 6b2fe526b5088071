import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listAuditEventsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { dayAfter, formatDate } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { AUDIT_READERS } from '../../app/staff';
import { ButtonLink } from '../../ui/ButtonLink';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterKept, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Pagination } from '../../ui/Pagination';
import { EventTable } from './EventTable';
import { useText } from './text';
import { PORTAL_ACTIONS, useActionWords } from './words';

const route = getRouteApi('/member/portal-audit');

export default function PortalAuditPage() {
  const t = useText();
  return (
    <StaffPage title={t('portalTitle')} lead={t('portalLead')} about={t('portalAbout')} roles={AUDIT_READERS}>
      {() => <Audit />}
    </StaffPage>
  );
}

function Audit() {
  const t = useText();
  const actionWords = useActionWords();
  // `account` in the address is the one in use; the one looked at here is `in`.
  const { actor, subject, in: account, action, from, to, cursor } = route.useSearch();
  const query = useQuery({
    ...listAuditEventsOptions({
      query: {
        actor_id: actor,
        subject_id: subject,
        account_id: account,
        action,
        from: from ? `${from}T00:00:00Z` : undefined,
        to: to ? dayAfter(to) : undefined,
        cursor,
      },
    }),
    placeholderData: keepPreviousData,
  });
  const events = query.data?.items ?? [];
  const actorName = events.find((event) => event.actor?.id === actor)?.actor?.name;
  const subjectName = events.find((event) => event.subject_id === subject)?.subject_label;
  const chips = [
    actor ? { name: 'actor', text: t('actorChip', { name: actorName ?? actor }) } : null,
    subject ? { name: 'subject', text: t('subjectChip', { name: subjectName ?? subject }) } : null,
    account ? { name: 'in', text: t('accountChip') } : null,
    action ? { name: 'action', text: actionWords(action) } : null,
    from ? { name: 'from', text: t('fromChip', { date: formatDate(from) }) } : null,
    to ? { name: 'to', text: t('toChip', { date: formatDate(to) }) } : null,
  ].filter((chip) => chip !== null);
  return (
    <>
      <FilterForm
        values={{ actor, subject, in: account, action, from, to }}
        chips={chips}
        label={t('filters')}
      >
        <FilterKept names={['actor', 'subject', 'in']} />
        <FilterSelect
          name="action"
          label={t('action')}
          options={PORTAL_ACTIONS.map((value) => ({ value, label: actionWords(value) }))}
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
                  <ButtonLink to="/portal-audit" kind="secondary">
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
