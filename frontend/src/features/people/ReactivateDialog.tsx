import { useMemo } from 'react';
import * as z from 'zod/mini';
import { Checkbox } from '../../ui/Checkbox';
import { FormDialog } from '../../ui/FormDialog';
import { useText } from './text';

interface Props {
  title: string;
  label: string;
  onReactivate: (temporaryPassword: boolean) => Promise<unknown>;
  onClose: () => void;
}

/** Confirms a reactivation, of one or many, and asks whether to mail a temporary password. */
export function ReactivateDialog({ title, label, onReactivate, onClose }: Props) {
  const t = useText();
  const schema = useMemo(() => z.object({ temporary_password: z.boolean() }), []);
  return (
    <FormDialog
      title={title}
      schema={schema}
      defaultValues={{ temporary_password: false }}
      submitLabel={label}
      onSubmit={(values) => onReactivate(values.temporary_password)}
      onClose={onClose}
    >
      <p>{t('reactivateText')}</p>
      <Checkbox name="temporary_password" label={t('withPassword')} hint={t('withPasswordHint')} />
    </FormDialog>
  );
}
