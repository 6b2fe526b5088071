// The main navigation by task. What a person's role does not reach is left out.
import type { Me, Membership } from '../api/gen';
import type { IconName } from '../ui/Icon';

export interface NavEntry {
  to: string;
  text: 'nav.home' | 'nav.people' | 'nav.company' | 'nav.audit' | 'nav.me';
  icon: IconName;
  exact?: boolean;
}

export function navFor(_me: Me, _membership: Membership | null): NavEntry[] {
  const entries: NavEntry[] = [{ to: '/', text: 'nav.home', icon: 'home', exact: true }];
  return entries;
}
