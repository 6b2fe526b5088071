import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { returnFocus } from './focus';

interface Props {
  title: string;
  onClose: () => void;
  /** Gets the focus at opening; else the browser's choice, the first control. */
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** The native modal dialog. Mount it to open it; focus goes back to the opener, or to the heading if that is gone. */
export function Dialog({ title, onClose, initialFocus, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    (initialFocus?.current ?? dialog?.querySelector<HTMLElement>('input,select,textarea'))?.focus();
    return () => {
      dialog?.close();
      returnFocus(opener);
    };
  }, [initialFocus]);
  return (
    <dialog
      ref={ref}
      className="qm-dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
