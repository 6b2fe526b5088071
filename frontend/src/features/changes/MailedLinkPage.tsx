import { getRouteApi, Navigate } from '@tanstack/react-router';
import { rememberAccount } from '../../app/account';
import { useCommonText } from '../../i18n';
import { useMe } from '../../session';
import { Page } from '../../ui/Page';

const route = getRouteApi('/member/accounts/$accountId/$what/$thingId');

/** Leads from a mailed link to the page, in the account that the link is about. */
export default function MailedLinkPage() {
  const { accountId, what, thingId } = route.useParams();
  const me = useMe();
  const membership = me.memberships.find((one) => one.account_id === accountId);
  if (!membership) {
    return what === 'owner-successions' && me.staff_role ? (
      <Navigate
        to="/owner-successions/$accountId/$successionId"
        params={{ accountId, successionId: thingId }}
        replace
      />
    ) : (
      <Gone />
    );
  }
  const account = membership.account_number;
  rememberAccount(account);
  const search = { account };
  switch (what) {
    case 'owner-successions':
      return (
        <Navigate
          to="/company/owner/$successionId"
          params={{ successionId: thingId }}
          search={search}
          replace
        />
      );
    case 'transfers':
      return (
        <Navigate
          to="/company/transfers/$transferId"
          params={{ transferId: thingId }}
          search={search}
          replace
        />
      );
    case 'merges':
      return <Navigate to="/company/merges/$mergeId" params={{ mergeId: thingId }} search={search} replace />;
    case 'identifier-claims':
      return <Navigate to="/company/claims/$claimId" params={{ claimId: thingId }} search={search} replace />;
    default:
      return <Gone />;
  }
}

function Gone() {
  const t = useCommonText();
  return (
    <Page title={t('goneTitle')}>
      <p>{t('goneText')}</p>
    </Page>
  );
}
