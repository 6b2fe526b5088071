import type { UseQueryResult } from '@tanstack/react-query';
import type { ClaimPreview } from '../../api/gen';
import { Loaded } from '../../ui/Loaded';
import { useText } from './text';

/** What a release takes away and where it goes. */
export function Effect({ preview }: { preview: UseQueryResult<ClaimPreview, unknown> }) {
  const t = useText();
  return (
    <Loaded query={preview} rows={2}>
      {(data) => (
        <ul>
          <li>
            {data.sub_accounts.length === 0
              ? t('previewNone')
              : t('previewSubs', {
                  count: data.sub_accounts.length,
                  names: data.sub_accounts.map((one) => one.name).join(', '),
                })}
          </li>
          <li>{t('previewRecords')}</li>
          {data.grants > 0 ? <li>{t('previewGrants', { count: data.grants })}</li> : null}
          <li>{t(`previewTo.${data.goes_to}`)}</li>
        </ul>
      )}
    </Loaded>
  );
}
