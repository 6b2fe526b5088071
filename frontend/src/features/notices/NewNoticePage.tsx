import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createNotice } from '../../api/gen';
import { listStaffNoticesQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { idempotencyKey } from '../../api/idempotency';
import { StaffPage } from '../../app/StaffPage';
import { NOTICE_WRITERS } from '../../app/staff';
import { NoticeForm } from './NoticeForm';
import { useText } from './text';

export default function NewNoticePage() {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <StaffPage
      title={t('newTitle')}
      crumbs={[{ label: t('staffTitle'), to: '/staff-notices' }]}
      about={t('staffAbout')}
      roles={NOTICE_WRITERS}
      narrow
    >
      {() => (
        <NoticeForm
          draft={null}
          onSave={async (body) => {
            const { data } = await createNotice({ body, headers: idempotencyKey() });
            await queries.invalidateQueries({ queryKey: listStaffNoticesQueryKey() });
            await navigate({ to: '/staff-notices/$noticeId', params: { noticeId: data.id } });
          }}
        />
      )}
    </StaffPage>
  );
}
