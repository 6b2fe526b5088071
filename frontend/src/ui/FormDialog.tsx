import type { ComponentProps } from 'react';
import type { $ZodType } from 'zod/v4/core';
import { useCommonText } from '../i18n';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Form } from './Form';

type Props<S extends $ZodType> = Omit<ComponentProps<typeof Form<S>>, 'extra' | 'label'> & {
  title: string;
  onClose: () => void;
};

/** A small form in a dialog. Closes by itself when the submit succeeded. */
export function FormDialog<S extends $ZodType>({ title, onClose, onSubmit, ...form }: Props<S>) {
  const t = useCommonText();
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        {...form}
        onSubmit={async (values) => {
          await onSubmit(values);
          onClose();
        }}
        extra={
          <Button kind="secondary" onClick={onClose}>
            {t('cancel')}
          </Button>
        }
      />
    </Dialog>
  );
}
