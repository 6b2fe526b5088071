import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { listReportRunsOptions, listReportsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDateTime } from '../../app/format';
import { useMe } from '../../session';
import { ButtonLink } from '../../ui/ButtonLink';
import { DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { FilterForm, FilterKept, FilterSelect, FilterText } from '../../ui/FilterForm';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Tabs } from '../../ui/Tabs';
import { TextLink } from '../../ui/TextLink';
import { OldNames } from './OldNames';
import { Star } from './Star';
import { useText } from './text';

const route = getRouteApi('/member/reports');
const KINDS = ['all', 'standard', 'shared', 'mine'] as const;

export function LibraryPage() {
  const t = useText();
  const navigate = route.useNavigate();
  const { kind } = route.useSearch();
  return (
    <Page
      title={t('reports')}
      lead={t('lead')}
      about={t('about')}
      guide="navigating-reports"
      actions={
        <>
          <ButtonLink to="/reports/new">{t('build')}</ButtonLink>
          <ButtonLink to="/reports/runs" kind="secondary">
            {t('runs')}
          </ButtonLink>
          <ButtonLink to="/reports/schedules" kind="secondary">
            {t('schedules')}
          </ButtonLink>
          <ButtonLink to="/reports/inbox" kind="secondary">
            {t('inbox')}
          </ButtonLink>
        </>
      }
    >
      <OldNames />
      <Recent />
      <Tabs
        label={t('kinds')}
        tabs={KINDS.map((key) => ({ key, label: t(`kind.${key}`) }))}
        active={kind ?? 'all'}
        onChange={(key) =>
          void navigate({
            search: (known) => ({ ...known, kind: key === 'all' ? undefined : (key as 'mine') }),
          })
        }
      >
        <Library />
      </Tabs>
    </Page>
  );
}

/** The reports behind the latest runs, each once. */
function Recent() {
  const t = useText();
  const query = useQuery({ ...listReportRunsOptions({ query: { limit: 20 } }), staleTime: 0 });
  const seen = new Map<string, string>();
  for (const run of query.data?.items ?? []) {
    if (run.report && !seen.has(run.report) && seen.size < 5) seen.set(run.report, run.name);
  }
  if (seen.size === 0) return null;
  return (
    <nav aria-label={t('recent')} className="qm-row">
      <span className="qm-muted">{t('recentStart')}</span>
      {[...seen].map(([key, name]) => (
        <TextLink key={key} to="/reports/$reportKey" params={{ reportKey: key }}>
          {name}
        </TextLink>
      ))}
    </nav>
  );
}

function Library() {
  const t = useText();
  const me = useMe();
  const { q, kind, starred } = route.useSearch();
  const query = useQuery({
    ...listReportsOptions({ query: { q, kind, starred: starred ? true : undefined } }),
    placeholderData: keepPreviousData,
  });
  const chips = [
    ...(q ? [{ name: 'q', text: t('qChip', { value: q }) }] : []),
    ...(starred ? [{ name: 'starred', text: t('starChip') }] : []),
  ];
  return (
    <>
      <FilterForm values={{ q, starred, kind }} chips={chips} label={t('search')}>
        <FilterText name="q" label={t('q')} />
        <FilterSelect
          name="starred"
          label={t('star')}
          options={[{ value: 'yes', label: t('starredOnly') }]}
        />
        <FilterKept names={['kind']} />
      </FilterForm>
      <Loaded query={query} rows={8}>
        {(list) =>
          list.items.length === 0 ? (
            <Nothing filtered={chips.length > 0} kind={kind} />
          ) : (
            <DataTable
              caption={t('reports')}
              rows={list.items}
              rowKey={(row) => row.key}
              stale={query.isPlaceholderData}
              columns={[
                {
                  key: 'name',
                  header: t('report'),
                  rowHeader: true,
                  cell: (row) => (
                    <>
                      <TextLink to="/reports/$reportKey" params={{ reportKey: row.key }}>
                        {row.code ? `${row.code} ${row.name}` : row.name}
                      </TextLink>
                      <br />
                      <span className="qm-muted qm-small">{row.question ?? row.description}</span>
                    </>
                  ),
                },
                { key: 'folder', header: t('folder'), cell: (row) => row.folder || '–' },
                {
                  key: 'owner',
                  header: t('owner'),
                  cell: (row) => (row.kind === 'standard' ? t('portal') : (row.owner_name ?? '–')),
                },
                {
                  key: 'changed',
                  header: t('changed'),
                  cell: (row) => formatDateTime(row.updated_at, me.time_zone) || '–',
                },
                { key: 'star', header: t('star'), cell: (row) => <Star report={row} /> },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}

function Nothing({ filtered, kind }: { filtered: boolean; kind: string | undefined }) {
  const t = useText();
  if (filtered) {
    return (
      <EmptyState kind="filtered" title={t('noneMatches')}>
        {t('noneMatchesText')}
      </EmptyState>
    );
  }
  const words =
    kind === 'mine'
      ? (['nothingMine', 'nothingMineText'] as const)
      : kind === 'shared'
        ? (['nothingShared', 'nothingSharedText'] as const)
        : (['nothing', 'nothingText'] as const);
  return (
    <EmptyState kind="nothing" title={t(words[0])}>
      {t(words[1])}
    </EmptyState>
  );
}
