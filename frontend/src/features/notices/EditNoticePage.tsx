import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { updateNotice } from '../../api/gen';
import {
  getStaffNoticeOptions,
  getStaffNoticeQueryKey,
  listStaffNoticesQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';
import { ifMatch } from '../../api/problem';
import { StaffPage } from '../../app/StaffPage';
import { NOTICE_WRITERS } from '../../app/staff';
import { Loaded } from '../../ui/Loaded';
import { NoticeForm } from './NoticeForm';
import { useText } from './text';

const route = getRouteApi('/member/staff-notices/$noticeId/edit');

export default function EditNoticePage() {
  const t = useText();
  return (
    <StaffPage
      title={t('editTitle')}
      crumbs={[{ label: t('staffTitle'), to: '/staff-notices' }]}
      about={t('staffAbout')}
      roles={NOTICE_WRITERS}
      narrow
    >
      {() => <Edit />}
    </StaffPage>
  );
}

function Edit() {
  const { noticeId } = route.useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const path = { id: noticeId };
  const query = useQuery({ ...getStaffNoticeOptions({ path }), staleTime: 0 });
  return (
    <Loaded query={query} rows={8}>
      {(draft) => (
        <NoticeForm
          key={draft.version}
          draft={draft}
          onSave={async (body) => {
            const { data } = await updateNotice({ path, body, headers: ifMatch(draft) });
            await navigate({ to: '/staff-notices/$noticeId', params: { noticeId } });
            queries.setQueryData(getStaffNoticeQueryKey({ path }), data);
            await queries.invalidateQueries({ queryKey: listStaffNoticesQueryKey() });
          }}
        />
      )}
    </Loaded>
  );
}
