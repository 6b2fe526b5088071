import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { useRefreshAll } from './refresh';
import { useText } from './text';

interface Props {
  kind: 'transfer' | 'merge';
  /** The object of the confirmation. */
  what: string;
  can: { accept: boolean; decline: boolean; withdraw: boolean };
  /** Null while the preview is not there, or not what was proposed. */
  version: string | null;
  accept: (version: string) => Promise<unknown>;
  decline: (reason: string) => Promise<unknown>;
  withdraw: (reason: string) => Promise<unknown>;
  onDone: (text: string) => void;
}

/** Accept, decline or withdraw a proposal between two accounts. */
export function Answers({ kind, what, can, version, accept, decline, withdraw, onDone }: Props) {
  const t = useText();
  const refresh = useRefreshAll();
  const [dialog, setDialog] = useState<'accept' | 'decline' | 'withdraw' | null>(null);
  const schema = useMemo(
    () => z.object({ reason: z.string().check(z.trim(), z.minLength(1, t('common:reasonRequired'))) }),
    [t],
  );
  const close = () => setDialog(null);
  return (
    <>
      <div className="qm-row">
        {can.accept && version ? (
          <Button onClick={() => setDialog('accept')}>{t(`agree.${kind}`)}</Button>
        ) : null}
        {can.decline ? (
          <Button kind="secondary" onClick={() => setDialog('decline')}>
            {t('decline')}
          </Button>
        ) : null}
        {can.withdraw ? (
          <Button kind="secondary" onClick={() => setDialog('withdraw')}>
            {t('withdraw')}
          </Button>
        ) : null}
      </div>
      {dialog === 'accept' && version ? (
        <ConfirmDialog
          title={t(`agreeTitle.${kind}`, { what })}
          confirmLabel={t(`agree.${kind}`)}
          destructive
          onConfirm={async () => {
            await accept(version);
            onDone(t(`agreed.${kind}`));
            await refresh();
          }}
          onClose={close}
        >
          <p>{t('agreeText')}</p>
        </ConfirmDialog>
      ) : null}
      {dialog === 'decline' || dialog === 'withdraw' ? (
        <FormDialog
          title={t(`${dialog}Title`)}
          schema={schema}
          defaultValues={{ reason: '' }}
          submitLabel={t(dialog)}
          onSubmit={async ({ reason }) => {
            await (dialog === 'decline' ? decline(reason) : withdraw(reason));
            onDone(t(dialog === 'decline' ? 'declined' : 'withdrawn'));
            await refresh();
          }}
          onClose={close}
        >
          <TextArea name="reason" label={t('reason')} hint={t('reasonHint')} rows={3} maxLength={500} />
        </FormDialog>
      ) : null}
    </>
  );
}
