import { type ReactNode, useRef, useState } from 'react';
import { useCommonText } from '../i18n';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  /** Names the act and its object: "Unlock 3 people?" */
  title: string;
  /** What happens then. */
  children: ReactNode;
  /** Repeats verb and object. */
  confirmLabel: string;
  destructive?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before an act. Closes by itself when the act succeeded; a refusal is shown inside. */
export function ConfirmDialog({ title, children, confirmLabel, destructive, onConfirm, onClose }: Props) {
  const t = useCommonText();
  const cancel = useRef<HTMLButtonElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  return (
    <Dialog title={title} onClose={onClose} initialFocus={destructive ? cancel : confirm}>
      {error ? <ProblemAlert error={error} /> : null}
      <div className="qm-stack">{children}</div>
      <div className="qm-actions">
        <Button
          ref={confirm}
          kind={destructive ? 'danger' : 'primary'}
          busy={busy}
          onClick={async () => {
            setBusy(true);
            setError(null);
            try {
              await onConfirm();
              onClose();
            } catch (caught) {
              setError(caught);
              setBusy(false);
            }
          }}
        >
          {confirmLabel}
        </Button>
        <Button ref={cancel} kind="secondary" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
