import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listDemoMailsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { Queries } from '../../app/Queries';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ExternalLink } from '../../ui/ExternalLink';
import { FilterForm, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { useText } from './text';

const route = getRouteApi('/guest/demo/mailbox');

export default function MailboxPage() {
  return (
    <Queries>
      <Mailbox />
    </Queries>
  );
}

function Mailbox() {
  const t = useText();
  const { q } = route.useSearch();
  const query = useQuery({ ...listDemoMailsOptions({ query: { q } }), staleTime: 0 });
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Button kind="secondary" busy={query.isFetching} onClick={() => void query.refetch()}>
          {t('refresh')}
        </Button>
      }
    >
      <FilterForm values={{ q }} chips={q ? [{ name: 'q', text: q }] : []} label={t('filters')}>
        <FilterText name="q" label={t('address')} />
      </FilterForm>
      <Loaded query={query}>
        {(mails) =>
          mails.items.length === 0 ? (
            <EmptyState kind={q ? 'filtered' : 'nothing'} title={q ? t('emptyFiltered') : t('empty')}>
              {t('emptyText')}
            </EmptyState>
          ) : (
            mails.items.map((mail) => (
              // Several mails may say the same, so none of them is a landmark.
              <article key={mail.id} className="qm-card" aria-label={mail.subject}>
                <h2>{mail.subject}</h2>
                <p className="qm-muted">{t('to', { address: mail.to, time: formatDateTime(mail.at) })}</p>
                <pre className="qm-pre">{mail.text}</pre>
                {mail.links.length > 0 ? (
                  <>
                    <h3>{t('links')}</h3>
                    <ul>
                      {mail.links.map((link) => (
                        <li key={link}>
                          <ExternalLink href={link}>{link}</ExternalLink>
                        </li>
                      ))}
                    </ul>
                  </>
                ) : null}
              </article>
            ))
          )
        }
      </Loaded>
    </Page>
  );
}
