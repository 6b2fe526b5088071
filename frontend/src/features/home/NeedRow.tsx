import { linkOptions } from '@tanstack/react-router';
import type { Membership, Need } from '../../api/gen';
import { sentence } from '../../app/format';
import { Icon, type IconName } from '../../ui/Icon';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

/** Per kind: its sign, and the page where it is done. */
const KINDS = {
  locked_users: {
    icon: 'lock',
    link: (account?: string) => linkOptions({ to: '/people', search: { account, state: 'failed_attempts' } }),
  },
  dormant_users: {
    icon: 'clock',
    link: (account?: string) => linkOptions({ to: '/people', search: { account, state: 'dormant' } }),
  },
  lapsing_users: {
    icon: 'alert',
    link: (account?: string) => linkOptions({ to: '/people', search: { account, lapses: '30' } }),
  },
  invitations_expiring: {
    icon: 'mail',
    link: (account?: string) =>
      linkOptions({ to: '/people/invitations', search: { account, state: 'open' } }),
  },
  pending_verifications: {
    icon: 'pending',
    link: (account?: string) =>
      account
        ? linkOptions({ to: '/company', search: { account } })
        : linkOptions({ to: '/register/verifications', search: { state: 'pending' } }),
  },
  access_request_drafts: {
    icon: 'register',
    link: (account?: string) => linkOptions({ to: '/company', search: { account, tab: 'requests' } }),
  },
  grants_to_answer: {
    icon: 'linked',
    link: (account?: string) =>
      linkOptions({ to: '/access/cross-account', search: { account, tab: 'pending' } }),
  },
  grant_changes_to_answer: {
    icon: 'linked',
    link: (account?: string) => linkOptions({ to: '/access/cross-account', search: { account } }),
  },
  grants_ending: {
    icon: 'clock',
    link: (account?: string) => linkOptions({ to: '/access/cross-account', search: { account, ends: '30' } }),
  },
  grant_reports: {
    icon: 'alert',
    link: () => linkOptions({ to: '/grant-reports', search: { state: 'open' } }),
  },
  access_review_answers: {
    icon: 'people',
    link: (account?: string) => linkOptions({ to: '/access/reviews', search: { account } }),
  },
  access_review_suspended: {
    icon: 'stop',
    link: (account?: string) => linkOptions({ to: '/access/reviews', search: { account } }),
  },
  applications: { icon: 'pending', link: () => linkOptions({ to: '/applications' }) },
  identifier_claims_received: {
    icon: 'alert',
    link: (account?: string) => linkOptions({ to: '/company/claims', search: { account, side: 'holder' } }),
  },
  identifier_claims_filed: {
    icon: 'clock',
    link: (account?: string) => linkOptions({ to: '/company/claims', search: { account, side: 'claimant' } }),
  },
  identifier_claims_to_decide: {
    icon: 'alert',
    link: () => linkOptions({ to: '/identifier-claims', search: { due: 'yes' } }),
  },
  transfer_proposals: {
    icon: 'company',
    link: (account?: string) => linkOptions({ to: '/company/changes', search: { account } }),
  },
  merge_proposals: {
    icon: 'company',
    link: (account?: string) => linkOptions({ to: '/company/changes', search: { account } }),
  },
  owner_nominations: {
    icon: 'person',
    link: (account?: string) => linkOptions({ to: '/company/changes', search: { account } }),
  },
  owner_succession_requests: {
    icon: 'person',
    link: (account?: string) => linkOptions({ to: '/company/changes', search: { account } }),
  },
  api_clients_to_approve: {
    icon: 'linked',
    link: (account?: string) => linkOptions({ to: '/company/api-clients', search: { account } }),
  },
  notices_to_acknowledge: {
    icon: 'info',
    link: () => linkOptions({ to: '/notices', search: { unacknowledged: 'yes' } }),
  },
  owner_successions_ready: { icon: 'person', link: () => linkOptions({ to: '/owner-successions' }) },
} as const satisfies Record<string, { icon: IconName; link: (account?: string) => object }>;

type Known = keyof typeof KINDS;
const isKnown = (kind: string): kind is Known => kind in KINDS;

/** One thing that waits, with the link to where it is done. */
export function NeedRow({ need, memberships }: { need: Need; memberships: Membership[] }) {
  const t = useText();
  const membership = memberships.find((one) => one.account_id === need.account_id);
  const kind: string = need.kind;
  const where =
    membership && memberships.length > 1 ? ` ${t('in', { account: membership.account_name })}` : null;
  if (!isKnown(kind)) {
    return (
      <li className="qm-row">
        <Icon name="info" />
        <span>
          {sentence(need.detail)}
          {where}
        </span>
      </li>
    );
  }
  return (
    <li className="qm-row">
      <Icon name={KINDS[kind].icon} />
      <span>
        {t(`need.${kind}`, { count: need.count })}
        {where}
      </span>
      <TextLink {...KINDS[kind].link(membership?.account_number)}>{t(`open.${kind}`)}</TextLink>
      {kind === 'grants_ending' ? (
        // Given and received ones stand in two lists.
        <TextLink
          to="/access/cross-account"
          search={{ account: membership?.account_number, tab: 'received', ends: '30' }}
        >
          {t('openReceived')}
        </TextLink>
      ) : null}
    </li>
  );
}
