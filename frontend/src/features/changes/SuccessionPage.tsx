import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { getOwnerSuccessionOptions } from '../../api/gen/@tanstack/react-query.gen';
import { AccountPage } from '../../app/AccountPage';
import { useMembership } from '../../app/account';
import { Loaded } from '../../ui/Loaded';
import { SuccessionView } from './SuccessionView';
import { useText } from './text';

const route = getRouteApi('/member/company/owner/$successionId');

/** Also for a successor who manages nothing yet. */
export default function SuccessionPage() {
  const t = useText();
  const { successionId } = route.useParams();
  const membership = useMembership();
  const query = useQuery({
    ...getOwnerSuccessionOptions({
      path: { id: membership?.account_id ?? '', succession_id: successionId },
    }),
    enabled: membership !== null,
  });
  return (
    <AccountPage
      title={query.data ? t('successionTo', { name: query.data.successor.name }) : t('succession')}
      crumbs={[{ label: t('title'), to: '/company/changes' }]}
      about={t('about')}
    >
      {() => <Loaded query={query}>{(succession) => <SuccessionView succession={succession} />}</Loaded>}
    </AccountPage>
  );
}
