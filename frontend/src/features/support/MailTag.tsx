import type { MailRecord } from '../../api/gen';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

const LOOK = {
  queued: ['info', 'clock'],
  sent: ['good', 'check'],
  failed: ['bad', 'alert'],
} as const;

/** The name of a letter in words. */
export const letter = (mail: MailRecord) => mail.template.replaceAll(/[_-]/g, ' ');

/** What became of a mail; where it could not be sent, why. */
export function MailTag({ mail }: { mail: MailRecord }) {
  const t = useText();
  return (
    <>
      <StateTag tone={LOOK[mail.state][0]} icon={LOOK[mail.state][1]}>
        {t(`mailState.${mail.state}`)}
      </StateTag>
      {mail.last_error ? <div>{t('mailError', { reason: mail.last_error })}</div> : null}
    </>
  );
}
