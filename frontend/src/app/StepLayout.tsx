import { Outlet } from '@tanstack/react-router';
import { session, useMe } from '../session';
import { Menu, MenuButton } from '../ui/Menu';
import { Frame } from './Frame';
import { fullName } from './format';
import { IdleGuard } from './IdleGuard';
import { Queries } from './Queries';
import { useShellText } from './text';

/** Around the steps that must be done before anything else works. The only way out is to sign out. */
export function StepLayout() {
  const t = useShellText();
  const me = useMe();
  return (
    <Frame
      bar={
        <>
          <span className="qm-bar__spacer" />
          <Menu end label={fullName(me)} name={t('userMenu', { name: fullName(me) })}>
            <MenuButton onClick={() => void session.signOut('signed_out')}>{t('signOut')}</MenuButton>
          </Menu>
        </>
      }
    >
      <Queries>
        <Outlet />
      </Queries>
      <IdleGuard />
    </Frame>
  );
}
