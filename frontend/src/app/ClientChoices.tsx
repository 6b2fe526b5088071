import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { listAccountsOptions } from '../api/gen/@tanstack/react-query.gen';
import { MenuHeading, MenuNote, MenuSearch } from '../ui/Menu';
import { useSettled } from './commands/use-settled';
import { queryClient } from './query-client';
import { useShellText } from './text';

/** How many clients' accounts the switcher offers before one has to search. */
const SHOWN = 6;

const guests = (q?: string) => ({
  ...listAccountsOptions({ query: { seen_as: 'guest', q, limit: SHOWN } }),
  staleTime: 60_000,
});

/** The first of the clients' accounts, or undefined while unknown. */
export function useFirstClients() {
  const { data } = useQuery(guests(), queryClient);
  return data?.items.filter((account) => account.guest);
}

/** The clients' accounts in the account switcher: the first ones, a search once there are more, and all of them. */
export function ClientChoices({ current }: { current: string | null }) {
  const t = useShellText();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim(), 250);
  const first = useQuery(guests(), queryClient).data;
  const { data } = useQuery({ ...guests(q || undefined), placeholderData: keepPreviousData }, queryClient);
  const found = data?.items.filter((account) => account.guest) ?? [];
  if (!first?.items.some((account) => account.guest)) return null;
  return (
    <>
      <MenuHeading>{t('clients.heading')}</MenuHeading>
      {first.next_cursor ? (
        <MenuSearch label={t('clients.search')} value={typed} onChange={setTyped} />
      ) : null}
      {found.map((account) => (
        <li key={account.id}>
          <Link
            to="/clients/$accountId"
            params={{ accountId: account.id }}
            aria-current={account.id === current ? 'true' : undefined}
          >
            {account.name}
            <MenuNote>
              {account.account_number} · {account.company_name}
            </MenuNote>
          </Link>
        </li>
      ))}
      {found.length === 0 ? <MenuHeading>{t('clients.nothing')}</MenuHeading> : null}
      <li>
        <Link to="/clients">{t('clients.all')}</Link>
      </li>
    </>
  );
}
