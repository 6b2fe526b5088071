import type { Membership, Need } from '../../api/gen';
import { Icon, type IconName } from '../../ui/Icon';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

const ICON: Record<Need['kind'], IconName> = {
  locked_users: 'lock',
  dormant_users: 'clock',
  lapsing_users: 'alert',
  invitations_expiring: 'mail',
  pending_verifications: 'pending',
  access_request_drafts: 'register',
};

/** One thing that waits, with the link to where it is done. */
export function NeedRow({ need, memberships }: { need: Need; memberships: Membership[] }) {
  const t = useText();
  const membership = memberships.find((one) => one.account_id === need.account_id);
  const account = membership?.account_number;
  const open = t(`open.${need.kind}`);
  return (
    <li className="qm-row">
      <Icon name={ICON[need.kind]} />
      <span>
        {t(`need.${need.kind}`, { count: need.count })}
        {membership && memberships.length > 1 ? ` ${t('in', { account: membership.account_name })}` : null}
      </span>
      {need.kind === 'locked_users' ? (
        <TextLink to="/people" search={{ account, state: 'failed_attempts' }}>
          {open}
        </TextLink>
      ) : need.kind === 'dormant_users' ? (
        <TextLink to="/people" search={{ account, state: 'dormant' }}>
          {open}
        </TextLink>
      ) : need.kind === 'lapsing_users' ? (
        <TextLink to="/people" search={{ account, lapses: '30' }}>
          {open}
        </TextLink>
      ) : need.kind === 'invitations_expiring' ? (
        <TextLink to="/people/invitations" search={{ account, state: 'open' }}>
          {open}
        </TextLink>
      ) : need.kind === 'access_request_drafts' ? (
        <TextLink to="/company" search={{ account, tab: 'requests' }}>
          {open}
        </TextLink>
      ) : need.account_id ? (
        <TextLink to="/company" search={{ account }}>
          {open}
        </TextLink>
      ) : (
        <TextLink to="/register/verifications" search={{ state: 'pending' }}>
          {open}
        </TextLink>
      )}
    </li>
  );
}
