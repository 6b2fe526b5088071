import type { ComponentProps, ReactNode } from 'react';
import type { StaffRole } from '../api/gen';
import { useCommonText } from '../i18n';
import { useMe } from '../session';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';

interface Props extends Omit<ComponentProps<typeof Page>, 'children' | 'actions'> {
  /** Only these staff roles see the page; everybody else is told whose work it is. */
  roles: readonly StaffRole[];
  actions?: (role: StaffRole) => ReactNode;
  children: (role: StaffRole) => ReactNode;
}

/** A page for the operator's people. A direct link without the role explains whom to ask. */
export function StaffPage({ roles, actions, children, ...page }: Props) {
  const t = useCommonText();
  const me = useMe();
  const role = me.staff_role;
  const allowed = role && roles.includes(role) ? role : null;
  return (
    <Page {...page} actions={allowed ? actions?.(allowed) : undefined}>
      {allowed ? (
        children(allowed)
      ) : (
        <EmptyState kind="forbidden" title={t('notAllowedTitle')}>
          {role
            ? t('staffOnlyRoles', { roles: roles.map((one) => t(`staffRole.${one}`)).join(', ') })
            : t('staffOnly')}
        </EmptyState>
      )}
    </Page>
  );
}
