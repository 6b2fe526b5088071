import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { setMyNoticeDigest } from '../../api/gen';
import { getMyNoticeDigestOptions, getMyNoticeDigestQueryKey } from '../../api/gen/@tanstack/react-query.gen';
import { Card } from '../../ui/Card';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { RadioGroup } from '../../ui/RadioGroup';
import type { PanelProps } from './panel';
import { useText } from './text';

const DIGESTS = ['off', 'daily', 'weekly'] as const;

/** Whether notices also come by e-mail. */
export function NoticesPanel({ onDone }: PanelProps) {
  const t = useText();
  const queries = useQueryClient();
  const query = useQuery({ ...getMyNoticeDigestOptions(), staleTime: 0 });
  const schema = useMemo(() => z.object({ digest: z.enum(DIGESTS) }), []);
  return (
    <Card title={t('digestTitle')}>
      <p>{t('digestText')}</p>
      <Loaded query={query} rows={3}>
        {(mails) => (
          <Form
            schema={schema}
            defaultValues={{ digest: mails.digest }}
            submitLabel={t('common:save')}
            onSubmit={async (body) => {
              const { data } = await setMyNoticeDigest({ body });
              queries.setQueryData(getMyNoticeDigestQueryKey(), data);
              onDone(t('saved'));
            }}
          >
            <RadioGroup
              name="digest"
              label={t('digest')}
              options={DIGESTS.map((value) => ({ value, label: t(`digests.${value}`) }))}
            />
          </Form>
        )}
      </Loaded>
    </Card>
  );
}
