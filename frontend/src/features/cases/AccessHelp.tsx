import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { askForAccessHelp } from '../../api/gen';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { useText } from './text';

/** "I can't get in": a message to people whom the sender is not told about. */
export function AccessHelp() {
  const t = useText();
  const [number, setNumber] = useState<string | null>(null);
  const schema = useMemo(
    () =>
      z.object({
        user_id: z.string().check(z.trim(), z.minLength(1, t('helpUserIdMissing'))),
        message: z.string().check(z.trim(), z.minLength(2, t('messageMissing'))),
      }),
    [t],
  );
  return (
    <Card title={t('helpTitle')}>
      {number ? (
        <Alert kind="success" title={t('helpSent')} focus>
          {t('helpSentText', { number })}
        </Alert>
      ) : (
        <>
          <p>{t('helpText')}</p>
          <Form
            schema={schema}
            defaultValues={{ user_id: '', message: '' }}
            submitLabel={t('helpSend')}
            onSubmit={async (values) => {
              const taken = await askForAccessHelp({ body: values });
              setNumber(taken.data.number);
            }}
          >
            <TextField
              name="user_id"
              label={t('helpUserId')}
              autoComplete="username"
              maxLength={32}
              literal
            />
            <TextArea
              name="message"
              label={t('helpMessage')}
              hint={t('helpMessageHint')}
              rows={4}
              maxLength={4000}
            />
          </Form>
        </>
      )}
    </Card>
  );
}
