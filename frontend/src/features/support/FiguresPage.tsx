import { useQuery } from '@tanstack/react-query';
import type { SupportFigures } from '../../api/gen';
import { getSupportFiguresOptions } from '../../api/gen/@tanstack/react-query.gen';
import { formatDate, formatDateTime } from '../../app/format';
import { StaffPage } from '../../app/StaffPage';
import { DESK_WATCHERS } from '../../app/staff';
import { useMe } from '../../session';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { DataTable } from '../../ui/DataTable';
import { Disclosure } from '../../ui/Disclosure';
import { Loaded } from '../../ui/Loaded';
import { useText } from './text';

export default function FiguresPage() {
  const t = useText();
  const query = useQuery({ ...getSupportFiguresOptions(), staleTime: 0 });
  return (
    <StaffPage
      title={t('figuresTitle')}
      lead={t('figuresLead')}
      about={t('figuresAbout')}
      crumbs={[{ label: t('back'), to: '/support' }]}
      roles={DESK_WATCHERS}
    >
      {() => (
        <Loaded query={query} rows={10}>
          {(figures) => (
            <>
              <Periods figures={figures} />
              <Topics figures={figures} />
              <Ages figures={figures} />
              <Days figures={figures} />
            </>
          )}
        </Loaded>
      )}
    </StaffPage>
  );
}

interface Part {
  figures: SupportFigures;
}

const count = (value: number) => value.toLocaleString('en-US');

/** Seconds in the two largest units that fit. */
function useWait() {
  const t = useText();
  return (seconds: number | null | undefined) => {
    if (seconds == null) return t('noAnswers');
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return t('waitMinutes', { minutes });
    if (minutes < 48 * 60) {
      return t('waitHours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    }
    const hours = Math.round(minutes / 60);
    return t('waitDays', { days: Math.floor(hours / 24), hours: hours % 24 });
  };
}

function Periods({ figures }: Part) {
  const t = useText();
  const me = useMe();
  const wait = useWait();
  return (
    <Card title={t('periods')}>
      <p>{t('countedAt', { time: formatDateTime(figures.at, me.time_zone) })}</p>
      <DataTable
        caption={t('periods')}
        rows={figures.periods}
        rowKey={(row) => String(row.days)}
        columns={[
          {
            key: 'days',
            header: t('period'),
            rowHeader: true,
            cell: (row) => t('lastDays', { count: row.days }),
          },
          { key: 'answers', header: t('answers'), numeric: true, cell: (row) => count(row.answers) },
          { key: 'median', header: t('medianWait'), cell: (row) => wait(row.median_wait_seconds) },
          { key: 'ninety', header: t('ninetyWait'), cell: (row) => wait(row.ninety_percent_wait_seconds) },
          {
            key: 'passed',
            header: t('verificationsPassed'),
            numeric: true,
            cell: (row) => count(row.verifications_passed),
          },
          {
            key: 'failed',
            header: t('verificationsFailed'),
            numeric: true,
            cell: (row) => count(row.verifications_failed),
          },
          {
            key: 'unfinished',
            header: t('verificationsUnfinished'),
            numeric: true,
            cell: (row) => count(row.verifications_unfinished),
          },
        ]}
      />
    </Card>
  );
}

function Topics({ figures }: Part) {
  const t = useText();
  return (
    <Card title={t('byTopic')}>
      <DataTable
        caption={t('byTopic')}
        rows={figures.topics}
        rowKey={(row) => row.topic}
        columns={[
          { key: 'topic', header: t('topicHeader'), rowHeader: true, cell: (row) => t(`topic.${row.topic}`) },
          { key: 'waiting', header: t('waitingForUs'), numeric: true, cell: (row) => count(row.waiting) },
          { key: 'answered', header: t('waitingForThem'), numeric: true, cell: (row) => count(row.answered) },
          {
            key: 'opened',
            header: t('opened30'),
            numeric: true,
            cell: (row) => count(row.opened_last_30_days),
          },
        ]}
      />
    </Card>
  );
}

function Ages({ figures }: Part) {
  const t = useText();
  const length = (hours: number) =>
    hours < 48 ? t('hours', { count: hours }) : t('daysLong', { count: hours / 24 });
  return (
    <Card title={t('byAge')}>
      <DataTable
        caption={t('byAge')}
        rows={figures.ages}
        rowKey={(row) => String(row.from_hours)}
        columns={[
          {
            key: 'age',
            header: t('age'),
            rowHeader: true,
            cell: (row) =>
              row.to_hours == null
                ? t('older', { from: length(row.from_hours) })
                : row.from_hours === 0
                  ? t('younger', { to: length(row.to_hours) })
                  : t('between', { from: length(row.from_hours), to: length(row.to_hours) }),
          },
          { key: 'waiting', header: t('waitingForUs'), numeric: true, cell: (row) => count(row.waiting) },
          { key: 'answered', header: t('waitingForThem'), numeric: true, cell: (row) => count(row.answered) },
        ]}
      />
    </Card>
  );
}

function Days({ figures }: Part) {
  const t = useText();
  const total = figures.days.reduce((sum, day) => sum + day.answers, 0);
  return (
    <Card title={t('byDay')}>
      <Chart
        data={{
          kind: 'bar',
          title: t('answersByDay'),
          summary: t('answersByDayText', { total: count(total), count: figures.days.length }),
          categories: figures.days.map((day) => formatDate(day.day)),
          series: [{ name: t('answers'), values: figures.days.map((day) => day.answers) }],
          format: count,
          others: '',
        }}
        table={
          <Disclosure label={t('asTable')}>
            <DataTable
              caption={t('answersByDay')}
              rows={figures.days}
              rowKey={(day) => day.day}
              columns={[
                { key: 'day', header: t('day'), rowHeader: true, cell: (day) => formatDate(day.day) },
                { key: 'answers', header: t('answers'), numeric: true, cell: (day) => count(day.answers) },
              ]}
            />
          </Disclosure>
        }
      />
    </Card>
  );
}
