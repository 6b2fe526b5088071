import type { AccountUserDetail, Membership } from '../../api/gen';

/** What each part of the person page is given. */
export interface PanelProps {
  membership: Membership;
  person: AccountUserDetail;
  /** Says on the page what was done. */
  onDone: (text: string) => void;
}
