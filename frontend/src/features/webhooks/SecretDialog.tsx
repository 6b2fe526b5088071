import { Button } from '../../ui/Button';
import { CopyText } from '../../ui/CopyText';
import { Dialog } from '../../ui/Dialog';
import { useText } from './text';

/** The signing secret, which is shown once. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t('secretTitle')} onClose={onClose}>
      <div className="qm-stack">
        <p>{t('secretText')}</p>
        <CopyText value={secret} label={t('secretTitle')} />
      </div>
      <div className="qm-actions">
        <Button onClick={onClose}>{t('secretDone')}</Button>
      </div>
    </Dialog>
  );
}
