import { useQuery } from '@tanstack/react-query';
import {
  getCurrentTermsOptions,
  listMyTermsAcceptancesOptions,
} from '../../api/gen/@tanstack/react-query.gen';
import { useMembership } from '../../app/account';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { DataTable } from '../../ui/DataTable';
import { Loaded } from '../../ui/Loaded';
import { Markdown } from '../../ui/Markdown';
import { ScrollText } from '../../ui/ScrollText';
import type { PanelProps } from './panel';
import { useText } from './text';

export function TermsPanel(_props: PanelProps) {
  const t = useText();
  const me = useMe();
  const membership = useMembership();
  const manages = membership?.role === 'owner' || membership?.role === 'proxy';
  const accepted = useQuery(listMyTermsAcceptancesOptions());
  const current = useQuery(getCurrentTermsOptions());
  return (
    <>
      <Card title={t('terms')}>
        <Loaded query={accepted} rows={2}>
          {(page) =>
            page.items.length === 0 ? (
              <p>{t('termsNone')}</p>
            ) : (
              <DataTable
                caption={t('terms')}
                rows={page.items}
                rowKey={(row) => String(row.version)}
                columns={[
                  {
                    key: 'version',
                    header: t('version'),
                    rowHeader: true,
                    cell: (row) => String(row.version),
                  },
                  {
                    key: 'at',
                    header: t('acceptedAt'),
                    cell: (row) => formatDateTime(row.accepted_at, me.time_zone),
                  },
                  { key: 'hash', header: t('hash'), cell: (row) => <code>{row.sha256}</code> },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
      <Card title={t('better')}>
        <p>{t('betterText')}</p>
        {manages ? (
          <ButtonLink to="/people/new" kind="secondary">
            {t('invite')}
          </ButtonLink>
        ) : (
          <p>{t('betterAsk')}</p>
        )}
      </Card>
      <Card title={t('readTerms')}>
        <Loaded query={current}>
          {(terms) => (
            <ScrollText label={terms.title}>
              <Markdown source={terms.body} />
            </ScrollText>
          )}
        </Loaded>
      </Card>
    </>
  );
}
