import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { session, useMe } from '../session';
import { AccountSwitcher } from '../ui/AccountSwitcher';
import { Icon } from '../ui/Icon';
import { Menu, MenuButton } from '../ui/Menu';
import { rememberAccount, useMembership } from './account';
import { Commands, type Opened, SearchButton } from './commands/Commands';
import { Frame } from './Frame';
import { fullName } from './format';
import { IdleGuard } from './IdleGuard';
import { Nav } from './Nav';
import { navFor } from './nav';
import { ProofGuard } from './ProofGuard';
import { Queries } from './Queries';
import { useShellText } from './text';

/** Around the pages of a signed-in person: account switcher, menu and navigation. */
export function Shell() {
  const t = useShellText();
  const me = useMe();
  const membership = useMembership();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<Opened>(null);
  const entries = useMemo(() => navFor(me, membership), [me, membership]);
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
          {current && choices.length > 1 ? (
            <AccountSwitcher
              name={t('account', { name: current.name })}
              current={current}
              choices={choices}
              onChoose={(account) => {
                rememberAccount(account);
                // Filters and open rows belong to the account that is left.
                void navigate({ to: '.', search: { account } as never });
              }}
            />
          ) : null}
          <span className="qm-bar__spacer" />
          <SearchButton onOpen={() => setOpened('palette')} />
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
