import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { askForApplicationReview } from '../../api/gen';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { FormDialog } from '../../ui/FormDialog';
import { TextArea } from '../../ui/TextArea';
import { about } from './current';
import type { PanelProps } from './StatusPage';
import { useText } from './text';

/** The way on when no code can come, or the register knows the company under another name. */
export function ReviewPanel({ kept, onChange }: PanelProps) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const schema = useMemo(
    () => z.object({ note: z.string().check(z.trim(), z.minLength(3, t('noteMissing'))) }),
    [t],
  );
  return (
    <Card title={t('noCodeTitle')}>
      <p>{t('noCode')}</p>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t('askReview')}
      </Button>
      {open ? (
        <FormDialog
          title={t('askReview')}
          schema={schema}
          defaultValues={{ note: '' }}
          submitLabel={t('askReview')}
          onSubmit={async (values) => {
            const { data } = await askForApplicationReview({ ...about(kept), body: values });
            onChange(data, t('reviewAsked'));
          }}
          onClose={() => setOpen(false)}
        >
          <TextArea name="note" label={t('reviewNote')} hint={t('reviewHint')} maxLength={500} />
        </FormDialog>
      ) : null}
    </Card>
  );
}
