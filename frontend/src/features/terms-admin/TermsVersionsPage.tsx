import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listTermsVersionsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { ANY_STAFF } from '../../app/staff';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Disclosure } from '../../ui/Disclosure';
import { EmptyState } from '../../ui/EmptyState';
import { Loaded } from '../../ui/Loaded';
import { Markdown } from '../../ui/Markdown';
import { Pagination } from '../../ui/Pagination';
import { ScrollText } from '../../ui/ScrollText';
import { StateTag } from '../../ui/StateTag';
import { useText } from './text';

const route = getRouteApi('/member/terms-versions');

export default function TermsVersionsPage() {
  const t = useText();
  return (
    <StaffPage
      title={t('title')}
      lead={t('lead')}
      about={t('about')}
      roles={ANY_STAFF}
      actions={(role) =>
        role === 'administrator' ? <ButtonLink to="/terms-versions/new">{t('publish')}</ButtonLink> : null
      }
    >
      {() => <Versions />}
    </StaffPage>
  );
}

function Versions() {
  const t = useText();
  const me = useMe();
  const { cursor } = route.useSearch();
  const query = useQuery({
    ...listTermsVersionsOptions({ query: { cursor } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query}>
      {(page) => {
        const newest = Math.max(...page.items.map((one) => one.version));
        return page.items.length === 0 ? (
          <EmptyState kind="nothing" title={t('empty')}>
            {t('emptyText')}
          </EmptyState>
        ) : (
          <>
            {page.items.map((one) => (
              <Card
                key={one.version}
                title={`${t('version', { version: one.version })}: ${one.title}`}
                side={
                  !cursor && one.version === newest ? (
                    <StateTag tone="good" icon="check">
                      {t('current')}
                    </StateTag>
                  ) : null
                }
              >
                <p className="qm-muted">
                  {t('published', { time: formatDateTime(one.published_at, me.time_zone) })}
                </p>
                {one.what_changed ? <p>{t('changed', { text: one.what_changed })}</p> : null}
                <p className="qm-small qm-muted">
                  {t('hash')}: <code>{one.sha256}</code>
                </p>
                <Disclosure label={t('read')} name={t('readOf', { version: one.version })}>
                  <ScrollText label={t('version', { version: one.version })}>
                    <Markdown source={one.body} />
                  </ScrollText>
                </Disclosure>
              </Card>
            ))}
            <Pagination count={page.items.length} cursor={cursor} nextCursor={page.next_cursor} />
          </>
        );
      }}
    </Loaded>
  );
}
