import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { getAccountOptions } from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { Loaded } from '../../ui/Loaded';
import { useText } from './text';

const route = getRouteApi('/member/support/accounts/$accountId');

/** An account is shown on the page of its company; this finds the company. */
export default function AccountRedirectPage() {
  const t = useText();
  const { accountId } = route.useParams();
  const query = useQuery(getAccountOptions({ path: { id: accountId } }));
  return (
    <StaffPage title={query.data?.name ?? t('account')} roles={ANY_STAFF}>
      {() => (
        <Loaded query={query}>
          {(account) => (
            <Navigate to="/support/companies/$companyId" params={{ companyId: account.company_id }} replace />
          )}
        </Loaded>
      )}
    </StaffPage>
  );
}
