import { describe, expect, it } from 'vitest';
import type { ReportColumn, ReportRow } from '../../api/gen';
import { cellText, chartData, drill, drillDown, monthsBetween, percentText, suggestChart } from './cells';
import type { Definition } from './definition';

const words = { yes: 'Yes', no: 'No', others: 'Others', empty: '(empty)' };
const column = (id: string, kind: ReportColumn['kind'], scale = 0) =>
  ({
    id,
    label: id.toUpperCase(),
    kind,
    measure: id.startsWith('m'),
    scale,
    of: id.split('@')[0],
    part: id.split('@')[1] ?? null,
  }) as ReportColumn;
const row = (cells: (string | null)[], kind: ReportRow['kind'] = 'detail', level: number | null = null) => ({
  kind,
  level,
  cells,
  alerts: [],
});
const columns = [column('c1', 'text'), column('c2', 'text'), column('m1', 'money', 2)];
const definition: Definition = {
  v: 1,
  subject: 'entry_lines',
  mode: 'aggregate',
  columns: [
    { id: 'c1', dim: 'hts.chapter' },
    { id: 'c2', dim: 'country' },
    { id: 'm1', measure: 'duty' },
  ],
  filter: { or: [{ dim: 'port', op: 'eq', value: '2704' }] },
  breaks: [{ col: 'c1', totals: ['m1'] }],
  top: { col: 'm1', n: 5, others: true },
};

describe('cells', () => {
  it('are written by their kind', () => {
    expect(cellText('2026-02-01', column('c', 'date'), words)).toBe('1 Feb 2026');
    expect(cellText('2026-02', column('c', 'month'), words)).toBe('Feb 2026');
    expect(cellText('1234567', column('m', 'integer'), words)).toBe('1,234,567');
    expect(cellText('1234.5', column('m', 'money', 2), words)).toBe('1,234.50');
    expect(cellText('true', column('c', 'boolean'), words)).toBe('Yes');
    expect(cellText('0.1650', column('x', 'percent', 4), words)).toBe('16.50 %');
    expect(cellText(null, column('m', 'money', 2), words)).toBe('');
    expect(cellText('=1+1', column('c', 'text'), words)).toBe('=1+1');
  });
  it('are percents of a ratio, digit by digit', () => {
    expect(percentText('0.0525', 2)).toBe('5.25 %');
    expect(percentText('1', 0)).toBe('100 %');
    expect(percentText('-0.005', 1)).toBe('-0.5 %');
    expect(percentText('0.07', 2)).toBe('7.00 %');
  });
});

describe('months of a chart', () => {
  it('have those between them that no row has', () => {
    expect(monthsBetween(['2025-11', '2026-02'])).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(monthsBetween(['2026-01', '2026-01', '2025-11'])).toEqual(['2026-01', '2025-12', '2025-11']);
  });
  it('stay as they are in another order, with none among them, or when they are too many', () => {
    expect(monthsBetween(['2026-01', '2026-03', '2026-02'])).toEqual([]);
    expect(monthsBetween(['2026-01', null])).toEqual([]);
    expect(monthsBetween(['1990-01', '2026-02'])).toEqual([]);
    expect(monthsBetween([])).toEqual([]);
  });
  it('have a series for each value of a pivot, and for both of two periods', () => {
    const line = { kind: 'line' as const, x: 'c1', y: ['m1'], title: 'Duty', summary: 'By month.' };
    const named = (ids: string[]) => {
      const columns = [column('c1', 'month'), ...ids.map((id) => column(id, 'money', 2))];
      const rows = [row(['2026-01', ...ids.map((_, n) => String(n))])];
      return chartData(line, { columns, rows }, words)?.series.map((one) => one.name);
    };
    expect(named(['m1@CN', 'm1@VN', 'm1'])).toEqual(['M1@CN', 'M1@VN']);
    expect(named(['m1', 'm1@before', 'm1@change', 'm1@rate'])).toEqual(['M1', 'M1@BEFORE']);
  });
  it('keep their place in the picture without a value', () => {
    const months = { columns: [column('c1', 'month'), column('m1', 'money', 2)] };
    const line = { kind: 'line' as const, x: 'c1', y: ['m1'], title: 'Duty', summary: 'By month.' };
    const found = chartData(line, { ...months, rows: [row(['2026-01', '5']), row(['2026-03', '7'])] }, words);
    expect(found?.categories).toEqual(['Jan 2026', 'Feb 2026', 'Mar 2026']);
    expect(found?.series).toEqual([{ name: 'M1', values: [5, null, 7] }]);
  });
});

describe('chartData', () => {
  const rows = [
    row(['61', 'VN', '100']),
    row(['61', 'CN', '50']),
    row(['61', null, '150'], 'subtotal', 1),
    row(['62', 'VN', '30']),
    row([null, 'VN', '5']),
    row([null, null, '7'], 'others'),
    row([null, null, '192'], 'grand_total'),
  ];
  const bar = { kind: 'bar', x: 'c1', y: ['m1'], title: 'Duty', summary: 'By chapter.' } as const;
  it('adds up the details of a category, and leaves totals out', () => {
    const found = chartData({ ...bar, y: ['m1'] }, { columns, rows }, words);
    expect(found?.categories).toEqual(['61', '62', '(empty)', 'Others']);
    expect(found?.series).toEqual([{ name: 'M1', values: [150, 30, 5, 7] }]);
  });
  it('splits by a series, with gaps where there is nothing', () => {
    const found = chartData({ ...bar, y: ['m1'], kind: 'stacked', series: 'c2' }, { columns, rows }, words);
    expect(found?.series.find((one) => one.name === 'CN')?.values).toEqual([50, null, null, null]);
  });
  it('takes the grand total for a number', () => {
    const found = chartData({ ...bar, y: ['m1'], kind: 'number' }, { columns, rows }, words);
    expect(found?.series[0]?.values).toEqual([192]);
  });
  it('draws nothing for a column that is not there', () => {
    expect(chartData({ ...bar, y: ['m9'] }, { columns, rows }, words)).toBeNull();
    expect(chartData({ ...bar, y: ['m1'], x: 'c9' }, { columns, rows }, words)).toBeNull();
  });
});

describe('suggestChart', () => {
  const known = columns.map(({ id, label, kind }) => ({ id, label, kind }));
  it('suits the fields', () => {
    expect(suggestChart(definition, known)).toMatchObject({ kind: 'stacked', x: 'c1', series: 'c2' });
    const dated = known.map((one) => (one.id === 'c1' ? { ...one, kind: 'month' as const } : one));
    expect(suggestChart(definition, dated)?.kind).toBe('line');
    const only = { ...definition, columns: definition.columns.slice(2) };
    expect(suggestChart(only, known)).toMatchObject({ kind: 'number', y: ['m1'] });
    expect(suggestChart({ ...definition, columns: definition.columns.slice(0, 2) }, known)).toBeNull();
  });
});

describe('drillDown', () => {
  it('groups what is within a row by the finer field', () => {
    const found = drillDown(definition, columns, row(['61', 'VN', '3']), {
      column: 'c1',
      dim: 'hts.heading',
    });
    expect(found.mode).toBe('aggregate');
    expect(found.columns[0]).toEqual({ id: 'c1', dim: 'hts.heading' });
    expect(found).not.toHaveProperty('breaks');
    expect(found).not.toHaveProperty('top');
    expect(found.filter).toEqual({
      and: [
        { or: [{ dim: 'port', op: 'eq', value: '2704' }] },
        { dim: 'hts.chapter', op: 'eq', value: '61' },
        { dim: 'country', op: 'eq', value: 'VN' },
      ],
    });
  });
});

describe('drill', () => {
  it('asks for the rows of a row, besides what was filtered already', () => {
    const found = drill(definition, columns, row(['61', null, '3']));
    expect(found.mode).toBe('detail');
    expect(found).not.toHaveProperty('breaks');
    expect(found).not.toHaveProperty('top');
    expect(found.filter).toEqual({
      and: [
        { or: [{ dim: 'port', op: 'eq', value: '2704' }] },
        { dim: 'hts.chapter', op: 'eq', value: '61' },
        { dim: 'country', op: 'empty' },
      ],
    });
  });
  it('puts first what tells single rows apart, once', () => {
    const found = drill(definition, columns, row(['61', 'VN', '3']), ['entry_number', 'country']);
    expect(found.columns.map((one) => one.dim ?? one.measure)).toEqual([
      'entry_number',
      'hts.chapter',
      'country',
      'duty',
    ]);
  });
  it('leaves out the figures of another subject', () => {
    const merged: Definition = {
      ...definition,
      merge: [{ subject: 'entry_summaries' }],
      columns: [...definition.columns, { id: 'm9', measure: 'mpf', subject: 'entry_summaries' }],
    };
    const found = drill(merged, columns, row(['61', 'VN', '3']));
    expect(found).not.toHaveProperty('merge');
    expect(found.columns.map((one) => one.id)).not.toContain('m9');
  });
  it('fixes only the columns whose subtotal it is', () => {
    const found = drill(definition, columns, row(['61', null, '150'], 'subtotal', 1));
    expect(found.filter).toHaveProperty('and.length', 2);
    expect(drill(definition, columns, row([null, null, '1'], 'subtotal', 0)).filter).toHaveProperty(
      'and.length',
      1,
    );
  });
});
