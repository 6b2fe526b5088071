import type { ComponentProps, ReactNode } from 'react';
import type { Membership } from '../api/gen';
import { useCommonText } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';
import { useMembership } from './account';

interface Props extends Omit<ComponentProps<typeof Page>, 'children' | 'actions'> {
  /** Only these roles see the page; others are told whom to ask. */
  roles?: Membership['role'][];
  actions?: (membership: Membership) => ReactNode;
  children: (membership: Membership) => ReactNode;
}

/** A page about the account in use. Explains itself to those who have none or whose role does not reach. */
export function AccountPage({ roles, actions, children, ...page }: Props) {
  const t = useCommonText();
  const membership = useMembership();
  const allowed = membership !== null && (!roles || roles.includes(membership.role));
  return (
    <Page {...page} actions={allowed ? actions?.(membership) : undefined}>
      {allowed ? (
        children(membership)
      ) : (
        <EmptyState kind="forbidden" title={t('notAllowedTitle')}>
          {t('notAllowedText')}
        </EmptyState>
      )}
    </Page>
  );
}
