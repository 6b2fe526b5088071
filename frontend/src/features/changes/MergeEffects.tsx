import type { MergePreview } from '../../api/gen';
import { Effects } from './Effects';
import { useText } from './text';

/** What a merger does beyond what a transfer does. */
export function MergeEffects({ preview }: { preview: MergePreview }) {
  const t = useText();
  return (
    <Effects preview={preview}>
      <p>{t('counts', { contacts: preview.contact_count, addresses: preview.address_count })}</p>
      {preview.ending_invitations.length > 0 ? (
        <p>{t('endingInvitations', { list: preview.ending_invitations.join(', ') })}</p>
      ) : null}
      {preview.ending_changes.length > 0 ? (
        <>
          <h3>{t('endingChanges')}</h3>
          <ul>
            {preview.ending_changes.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      ) : null}
    </Effects>
  );
}
