import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import '../i18n/trade';
import { getAccountOptions } from '../api/gen/@tanstack/react-query.gen';
import { session, useMe } from '../session';
import { AccountSwitcher } from '../ui/AccountSwitcher';
import { Icon } from '../ui/Icon';
import { Menu, MenuButton } from '../ui/Menu';
import { rememberAccount, useMembership } from './account';
import { Bell } from './Bell';
import { ClientChoices, useFirstClients } from './ClientChoices';
import { Commands, type Opened, SearchButton } from './commands/Commands';
import { Frame } from './Frame';
import { fullName } from './format';
import { IdleGuard } from './IdleGuard';
import { Nav } from './Nav';
import { navFor } from './nav';
import { ProofGuard } from './ProofGuard';
import { Queries } from './Queries';
import { queryClient } from './query-client';
import { useShellText } from './text';

/** The client's account that the page looks into, if it does. */
function useClient(): { id: string | null; name: string | null } {
  const params = useParams({ strict: false }) as { accountId?: string };
  const path = useRouterState({ select: (state) => state.location.pathname });
  const id = path.startsWith('/clients/') ? (params.accountId ?? null) : null;
  const { data, error } = useQuery(
    { ...getAccountOptions({ path: { id: id ?? '' } }), enabled: id !== null },
    queryClient,
  );
  return { id, name: id !== null && !error ? (data?.name ?? null) : null };
}

/** Around the pages of a signed-in person: account switcher, menu and navigation. */
export function Shell() {
  const t = useShellText();
  const me = useMe();
  const membership = useMembership();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<Opened>(null);
  const clients = useFirstClients();
  const hasClients = (clients?.length ?? 0) > 0;
  const client = useClient();
  const entries = useMemo(() => navFor(me, membership, hasClients), [me, membership, hasClients]);
  const choices = me.memberships.map((one) => ({
    number: one.account_number,
    name: one.account_name,
    note: `${one.company_name}, ${t(`common:role.${one.role}`)}`,
  }));
  const current = choices.find((choice) => choice.number === membership?.account_number);
  return (
    <Frame
      bar={
        <>
          {current && (choices.length > 1 || hasClients) ? (
            <AccountSwitcher
              name={
                client.name ? t('clientAccount', { name: client.name }) : t('account', { name: current.name })
              }
              label={client.name ?? current.name}
              current={client.id ? null : current.number}
              choices={choices}
              onChoose={(account) => {
                rememberAccount(account);
                // Filters and open rows belong to the account that is left.
                void navigate({ to: client.id ? '/' : '.', search: { account } as never });
              }}
            >
              {hasClients ? <ClientChoices current={client.id} /> : null}
            </AccountSwitcher>
          ) : null}
          <span className="qm-bar__spacer" />
          <SearchButton onOpen={() => setOpened('palette')} />
          {me.staff_role && me.memberships.length === 0 ? null : <Bell />}
          <Menu
            end
            label={
              <>
                <Icon name="person" /> <span className="qm-bar__wide">{fullName(me)}</span>
              </>
            }
            name={t('userMenu', { name: fullName(me) })}
          >
            <li>
              <Link to="/me">{t('myProfile')}</Link>
            </li>
            <MenuButton onClick={() => void session.signOut('signed_out')}>{t('signOut')}</MenuButton>
          </Menu>
        </>
      }
      nav={<Nav entries={entries} />}
    >
      <Queries>
        <Outlet />
        <Commands opened={opened} onOpen={setOpened} entries={entries} />
      </Queries>
      <ProofGuard />
      <IdleGuard />
    </Frame>
  );
}
