import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { getOwnerSuccessionOptions } from '../../api/gen/@tanstack/react-query.gen';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF, isOneOf } from '../../app/staff';
import { useMe } from '../../session';
import { Loaded } from '../../ui/Loaded';
import { SuccessionView } from './SuccessionView';
import { useText } from './text';

const route = getRouteApi('/member/owner-successions/$accountId/$successionId');

export default function AnySuccessionPage() {
  const t = useText();
  const { accountId, successionId } = route.useParams();
  const me = useMe();
  const query = useQuery({
    ...getOwnerSuccessionOptions({ path: { id: accountId, succession_id: successionId } }),
    enabled: isOneOf(me.staff_role, ANY_STAFF),
  });
  return (
    <StaffPage
      title={query.data ? t('successionTo', { name: query.data.successor.name }) : t('succession')}
      crumbs={[{ label: t('allTitle'), to: '/owner-successions' }]}
      about={t('allAbout')}
      roles={ANY_STAFF}
    >
      {() => <Loaded query={query}>{(succession) => <SuccessionView succession={succession} />}</Loaded>}
    </StaffPage>
  );
}
