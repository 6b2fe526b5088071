import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import * as z from 'zod/mini';
import { acceptTerms } from '../../api/gen';
import {
  getCurrentTermsOptions,
  getCurrentTermsQueryKey,
  listMyTermsChangesOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { formatDate } from '../../app/format';
import { session } from '../../session';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Markdown } from '../../ui/Markdown';
import { Page } from '../../ui/Page';
import { ScrollText } from '../../ui/ScrollText';
import { useText } from './text';

export default function TermsPage() {
  const t = useText();
  const queries = useQueryClient();
  const terms = useQuery({ ...getCurrentTermsOptions(), staleTime: 0 });
  const changes = useQuery({ ...listMyTermsChangesOptions(), staleTime: 0 });
  const [stale, setStale] = useState(false);
  const schema = useMemo(
    () => z.object({ accepted: z.boolean().check(z.refine((value) => value, t('terms.acceptMissing'))) }),
    [t],
  );
  return (
    <Page title={t('terms.title')} narrow>
      <Loaded query={terms}>
        {(current) => (
          <>
            {stale ? <Alert kind="warning">{t('terms.stale')}</Alert> : null}
            <p>{t('terms.lead', { version: current.version, date: formatDate(current.published_at) })}</p>
            {changes.data && changes.data.items.length > 1 ? (
              <Alert kind="info" title={t('terms.changedSince')}>
                <ul>
                  {changes.data.items.map((one) => (
                    <li key={one.version}>
                      {t('terms.changedIn', {
                        version: one.version,
                        date: formatDate(one.published_at),
                        text: one.what_changed,
                      })}
                    </li>
                  ))}
                </ul>
              </Alert>
            ) : current.what_changed ? (
              <Alert kind="info" title={t('terms.changed')}>
                {current.what_changed}
              </Alert>
            ) : null}
            <Card title={t('terms.plainTitle')}>
              <ul>
                <li>{t('terms.plainOwn')}</li>
                <li>{t('terms.plainOwner')}</li>
                <li>{t('terms.plainBetter')}</li>
              </ul>
            </Card>
            <ScrollText label={t('terms.body')}>
              <Markdown source={current.body} />
            </ScrollText>
            <p className="qm-small qm-muted">
              {t('terms.hash')}: <code>{current.sha256}</code>
            </p>
            <Form
              key={current.version}
              schema={schema}
              defaultValues={{ accepted: false }}
              submitLabel={t('terms.submit')}
              onSubmit={async () => {
                await acceptTerms({ body: { version: current.version, sha256: current.sha256 } });
                await session.refresh();
              }}
              onProblem={(problem) => {
                if (problem.code !== 'stale') return false;
                setStale(true);
                void queries.invalidateQueries({ queryKey: getCurrentTermsQueryKey() });
                return true;
              }}
            >
              <Checkbox name="accepted" label={t('terms.accept')} />
            </Form>
          </>
        )}
      </Loaded>
    </Page>
  );
}
