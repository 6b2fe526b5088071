import { Outlet } from '@tanstack/react-router';
import { Frame } from './Frame';

/** Around the pages that need nobody signed in. */
export function GuestLayout() {
  return (
    <Frame>
      <Outlet />
    </Frame>
  );
}
