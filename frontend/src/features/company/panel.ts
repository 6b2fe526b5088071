import type { Membership } from '../../api/gen';

/** What each part of the company page is given. */
export interface PanelProps {
  membership: Membership;
  /** Owner or proxy: may change what is shown. */
  manages: boolean;
  /** Says on the page what was done. */
  onDone: (text: string) => void;
}
