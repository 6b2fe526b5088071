import { Outlet } from '@tanstack/react-router';
import { setRegion } from '../ui/announce';

/** Around every page: the live region for announcements. */
export function Root() {
  return (
    <>
      <Outlet />
      <div className="usa-sr-only" aria-live="polite" ref={setRegion} />
    </>
  );
}
