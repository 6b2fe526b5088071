import type { Grant, Membership } from '../../api/gen';

/** What each part of a grant's page is given. */
export interface PanelProps {
  membership: Membership;
  grant: Grant;
  /** Says on the page what was done. */
  onDone: (text: string) => void;
}
