import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { listRegisterHistoryOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { TextLink } from '../../ui/TextLink';
import { useText } from './text';

interface Props {
  entryId: string;
  value: string | undefined;
  onClose: () => void;
}

/** Whose identifier it was, when, and who or which file changed it. */
export function EntryHistory({ entryId, value, onClose }: Props) {
  const t = useText();
  const me = useMe();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.focus();
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const query = useQuery(listRegisterHistoryOptions({ path: { entry_id: entryId }, query: { limit: 100 } }));
  const title = value ? t('historyOf', { value }) : t('entryHistory');
  return (
    <div ref={ref} tabIndex={-1}>
      <Card
        title={title}
        side={
          <Button kind="link" onClick={onClose}>
            {t('closeHistory')}
          </Button>
        }
      >
        <Loaded query={query} rows={3}>
          {(page) =>
            page.items.length === 0 ? (
              <EmptyState kind="nothing" title={t('noHistory')} />
            ) : (
              <DataTable
                caption={title}
                rows={page.items}
                rowKey={(row) => `${row.at}-${row.change}`}
                columns={[
                  { key: 'at', header: t('when'), cell: (row) => formatDateTime(row.at, me.time_zone) },
                  {
                    key: 'what',
                    header: t('what'),
                    rowHeader: true,
                    cell: (row) => t(`entryChange.${row.change}`),
                  },
                  { key: 'before', header: t('before'), cell: (row) => row.before ?? '–' },
                  { key: 'after', header: t('after'), cell: (row) => row.after ?? '–' },
                  {
                    key: 'who',
                    header: t('who'),
                    cell: (row) => (
                      <>
                        {row.by_name ?? '–'}{' '}
                        {row.import_id ? (
                          <TextLink to="/register/imports/$importId" params={{ importId: row.import_id }}>
                            {t('seeImport')}
                          </TextLink>
                        ) : null}
                      </>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
    </div>
  );
}
