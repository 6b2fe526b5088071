import { describe, expect, it } from 'vitest';
import { type Action, builder, type Draft, missing, nodeAt, start } from './builder';
import { chartOf, type Definition, forBuilder, forServer } from './definition';

const run = (draft: Draft, ...actions: Action[]) => actions.reduce(builder, draft);
const of = (draft: Draft): Definition => {
  if (!draft.definition) throw new Error('no definition');
  return draft.definition;
};
const lines = run(
  start,
  { type: 'subject', subject: 'entry_lines' },
  { type: 'add-column', dim: 'hts.chapter' },
  { type: 'add-column', measure: 'duty' },
  { type: 'add-column', dim: 'country' },
);

describe('figures of another subject', () => {
  const grouped = run(lines, { type: 'mode', mode: 'aggregate' });
  const mpf: Action = { type: 'add-beside', subject: 'entry_summaries', measure: 'mpf' };

  it('stand beside those of the own one, and name their subject once', () => {
    const both = run(grouped, mpf, { ...mpf, measure: 'hmf' });
    expect(of(both).merge).toEqual([{ subject: 'entry_summaries' }]);
    expect(of(both).columns.slice(-2)).toEqual([
      { id: 'm2', measure: 'mpf', subject: 'entry_summaries' },
      { id: 'm3', measure: 'hmf', subject: 'entry_summaries' },
    ]);
  });
  it('take their subject with them when the last one goes', () => {
    const gone = run(grouped, mpf, { type: 'remove-column', id: 'm2' });
    expect(of(gone)).not.toHaveProperty('merge');
  });
  it('are of three subjects at most', () => {
    const many = run(grouped, ...['a', 'b', 'c', 'd'].map((subject) => ({ ...mpf, subject })));
    expect(of(many).merge?.map((one) => one.subject)).toEqual(['a', 'b', 'c']);
    expect(of(many).columns).toHaveLength(6);
  });
  it('are none of single rows', () => {
    const rows = run(grouped, mpf, { type: 'mode', mode: 'detail' });
    expect(of(rows)).not.toHaveProperty('merge');
    expect(of(rows).columns.map((one) => one.id)).toEqual(['c1', 'c2', 'm1']);
  });
});

describe('columns', () => {
  it('puts fields before amounts, with ids of their own', () => {
    expect(of(lines).columns).toEqual([
      { id: 'c1', dim: 'hts.chapter' },
      { id: 'c2', dim: 'country' },
      { id: 'm1', measure: 'duty' },
    ]);
  });
  it('gives a free id after one was removed', () => {
    const next = run(lines, { type: 'remove-column', id: 'c1' }, { type: 'add-column', dim: 'port' });
    expect(of(next).columns.map((one) => one.id)).toEqual(['c2', 'c1', 'm1']);
  });
  it('moves within the list and no further', () => {
    const ids = (draft: Draft) => of(draft).columns.map((one) => one.id);
    expect(ids(run(lines, { type: 'move-column', id: 'm1', to: 0 }))).toEqual(['m1', 'c1', 'c2']);
    expect(ids(run(lines, { type: 'move-column', id: 'c1', to: 99 }))).toEqual(['c2', 'm1', 'c1']);
    expect(run(lines, { type: 'move-column', id: 'c1', to: -4 })).toBe(lines);
    expect(run(lines, { type: 'move-column', id: 'gone', to: 1 })).toBe(lines);
  });
  it('leaves out what is emptied again', () => {
    const renamed = run(lines, { type: 'rename-column', id: 'c1', label: 'Chapter' });
    expect(of(renamed).columns[0]).toMatchObject({ label: 'Chapter' });
    const back = run(renamed, { type: 'rename-column', id: 'c1', label: '' });
    expect(of(back).columns[0]).toEqual({ id: 'c1', dim: 'hts.chapter' });
  });
  it('takes away what refers to a removed column, and keeps the rest', () => {
    const full: Draft = {
      ...lines,
      definition: {
        ...of(lines),
        mode: 'aggregate',
        columns: [
          ...of(lines).columns,
          { id: 'm2', measure: 'entered_value' },
          { id: 'x1', calc: { div: [{ col: 'm1' }, { col: 'm2' }] } },
          { id: 'x2', calc: { mul: [{ col: 'x1' }, '100'] } },
        ],
        having: { col: 'm1', op: 'gt', value: '0' },
        breaks: [{ col: 'c1', totals: ['m1', 'm2', 'x1'] }],
        sort: [
          { col: 'm1', dir: 'desc' },
          { col: 'c1', dir: 'asc' },
        ],
        top: { col: 'm1', n: 10, others: true },
        alerts: [{ when: { gt: [{ col: 'x1' }, '0.25'] }, style: 'warn' }],
        pivot: { col: 'c1', totals: true },
        views: [
          { kind: 'table' },
          { kind: 'bar', x: 'c1', y: ['m1'], title: 'Duty', summary: 'Duty by chapter.' },
        ],
      },
    };
    const next = of(run(full, { type: 'remove-column', id: 'm1' }));
    expect(next.columns.map((one) => one.id)).toEqual(['c1', 'c2', 'm2']);
    expect(next.having).toBeUndefined();
    expect(next.breaks).toEqual([{ col: 'c1', totals: ['m2'] }]);
    expect(next.sort).toEqual([{ col: 'c1', dir: 'asc' }]);
    expect(next.top).toBeNull();
    expect(next.alerts).toEqual([]);
    expect(next.views).toEqual([{ kind: 'table' }]);
    expect(next.pivot).toEqual({ col: 'c1', totals: true });
  });
  it('adds extremes, ranks and shares, and drops those whose column is gone', () => {
    const grouped = run(
      lines,
      { type: 'mode', mode: 'aggregate' },
      { type: 'add-column', dim: 'entry_date', aggregate: 'max' },
      { type: 'add-placed', kind: 'rank', of: 'm1' },
      { type: 'add-placed', kind: 'share', of: 'm1' },
    );
    const added = of(grouped).columns.slice(-3);
    expect(added.map(({ id: _, ...rest }) => rest)).toEqual([
      { dim: 'entry_date', aggregate: 'max' },
      { rank: 'm1' },
      { share: 'm1' },
    ]);
    const without = of(run(grouped, { type: 'remove-column', id: 'm1' }));
    expect(without.columns.some((one) => one.rank ?? one.share)).toBe(false);
    const listed = of(run(grouped, { type: 'mode', mode: 'detail' }));
    expect(listed.columns).toEqual(of(lines).columns);
  });
  it('hides a column from charts, and shows again what is grouped by', () => {
    const hidden = of(run(lines, { type: 'hide-column', id: 'c1', on: true }));
    expect(hidden.columns.find((one) => one.id === 'c1')?.hidden).toBe(true);
    const shown = of(
      run(lines, { type: 'hide-column', id: 'c1', on: true }, { type: 'mode', mode: 'aggregate' }),
    );
    expect(shown.columns).toEqual(of(lines).columns);
  });
  it('takes no more columns than a definition may have', () => {
    let draft = run(start, { type: 'subject', subject: 'users' });
    for (let n = 0; n < 70; n += 1) draft = run(draft, { type: 'add-column', dim: `d${n}` });
    expect(of(draft).columns).toHaveLength(64);
  });
});

describe('filters and prompts', () => {
  const filtered = run(
    lines,
    { type: 'add-condition', group: [], condition: { dim: 'country', op: 'eq', value: 'VN' } },
    { type: 'add-group', kind: 'or' },
    { type: 'add-condition', group: [1], condition: { dim: 'port', op: 'eq', value: '2704' } },
    { type: 'add-condition', group: [1], condition: { dim: 'port', op: 'eq', value: '4601' } },
  );
  it('groups conditions on two levels', () => {
    expect(of(filtered).filter).toEqual({
      and: [
        { dim: 'country', op: 'eq', value: 'VN' },
        {
          or: [
            { dim: 'port', op: 'eq', value: '2704' },
            { dim: 'port', op: 'eq', value: '4601' },
          ],
        },
      ],
    });
  });
  it('asks each time with what was set as the default, and fixes it again', () => {
    const asked = run(filtered, { type: 'ask', at: [1, 0], label: 'Port', multi: false });
    expect(nodeAt(of(asked).filter, [1, 0])).toEqual({ dim: 'port', op: 'eq', prompt: 'p1' });
    expect(of(asked).prompts).toEqual([{ id: 'p1', label: 'Port', default: '2704' }]);
    const twice = run(asked, { type: 'ask', at: [0], label: 'Country', multi: true });
    expect(of(twice).prompts?.map((one) => one.id)).toEqual(['p1', 'p2']);
    const fixed = run(asked, { type: 'fix', at: [1, 0] });
    expect(of(fixed).filter).toEqual(of(filtered).filter);
    expect(of(fixed).prompts).toEqual([]);
  });
  it('keeps a period that moves along, asked or not', () => {
    const dated = run(lines, {
      type: 'add-condition',
      group: [],
      condition: { dim: 'entry_date', op: 'between', value: { relative: 'last_year' } },
    });
    const asked = run(dated, { type: 'ask', at: [0], label: 'Period', multi: false });
    expect(of(asked).prompts).toEqual([{ id: 'p1', label: 'Period', default: { relative: 'last_year' } }]);
    const fixed = run(asked, { type: 'fix', at: [0] });
    expect(nodeAt(of(fixed).filter, [0])).toEqual(nodeAt(of(dated).filter, [0]));
    expect(missing(fixed)).toEqual([]);
  });
  it('removes a prompt with the last condition that asks for it', () => {
    const asked = run(filtered, { type: 'ask', at: [0], label: 'Country', multi: true });
    expect(of(run(asked, { type: 'remove-node', at: [0] })).prompts).toEqual([]);
  });
  it('has no filter once the last condition is gone', () => {
    const none = run(filtered, { type: 'remove-node', at: [0] }, { type: 'remove-node', at: [0] });
    expect(of(none)).not.toHaveProperty('filter');
  });
  it('changes all into any without touching what is inside', () => {
    const any = run(filtered, { type: 'group-kind', group: [], kind: 'or' });
    expect(of(any).filter).toHaveProperty('or.length', 2);
    expect(nodeAt(of(any).filter, [1, 1])).toEqual({ dim: 'port', op: 'eq', value: '4601' });
  });
  it('ignores a place that is not there', () => {
    expect(nodeAt(of(filtered).filter, [0, 3])).toBeNull();
    expect(run(filtered, { type: 'ask', at: [7], label: '', multi: false })).toBe(filtered);
  });
});

describe('totals, order, chart', () => {
  const totals = run(lines, { type: 'mode', mode: 'aggregate' });
  it('breaks by three columns at most, in the order of the columns', () => {
    let draft = run(
      totals,
      { type: 'add-column', dim: 'port' },
      { type: 'add-column', dim: 'filer' },
      { type: 'break', col: 'c2', on: true },
      { type: 'break', col: 'c1', on: true },
    );
    expect(of(draft).breaks?.map((one) => one.col)).toEqual(['c1', 'c2']);
    expect(of(draft).breaks?.[0]?.totals).toEqual(['m1']);
    draft = run(
      draft,
      { type: 'break', col: 'c3', on: true },
      { type: 'break', col: 'c4', on: true },
      { type: 'break', col: 'c1', on: true },
    );
    expect(of(draft).breaks?.map((one) => one.col)).toEqual(['c1', 'c2', 'c3']);
  });
  it('has no totals by level in rows as they are', () => {
    const draft = run(
      totals,
      { type: 'break', col: 'c1', on: true },
      { type: 'top', top: { col: 'm1', n: 5, others: true } },
      { type: 'mode', mode: 'detail' },
    );
    expect(of(draft).breaks).toBeUndefined();
    expect(of(draft).top).toBeNull();
  });
  it('sorts by a column once', () => {
    const draft = run(
      totals,
      { type: 'sort', col: 'm1', dir: 'asc' },
      { type: 'sort', col: 'c1', dir: 'asc' },
      { type: 'sort', col: 'm1', dir: 'desc' },
    );
    expect(of(draft).sort).toEqual([
      { col: 'c1', dir: 'asc' },
      { col: 'm1', dir: 'desc' },
    ]);
    expect(of(run(draft, { type: 'sort', col: 'c1', dir: null })).sort).toHaveLength(1);
  });
  it('has one chart beside the table', () => {
    const chart = { kind: 'bar', x: 'c1', y: ['m1'], title: 'Duty', summary: 'By chapter.' } as const;
    const draft = run(
      totals,
      { type: 'chart', chart: { ...chart, y: ['m1'] } },
      { type: 'chart', chart: { ...chart, y: ['m1'], kind: 'line' } },
    );
    expect(of(draft).views).toHaveLength(2);
    expect(chartOf(of(draft))?.kind).toBe('line');
    expect(of(run(draft, { type: 'chart', chart: null })).views).toEqual([{ kind: 'table' }]);
  });
});

describe('between the builder and the server', () => {
  it('gives a period its two ends by name, and back', () => {
    const stored: Definition = {
      ...of(lines),
      filter: { dim: 'entry_date', op: 'between', value: ['2026-01-01', '2026-01-31'] } as never,
    };
    const built = forBuilder(stored);
    expect(built.filter).toEqual({
      and: [{ dim: 'entry_date', op: 'between', value: { from: '2026-01-01', to: '2026-01-31' } }],
    });
    expect(forServer(built).filter).toEqual({
      and: [{ dim: 'entry_date', op: 'between', value: ['2026-01-01', '2026-01-31'] }],
    });
  });
  it('leaves everything else as it is', () => {
    const stored = { ...of(lines), filter: { or: [{ dim: 'port', op: 'in' as const, value: ['a', 'b'] }] } };
    expect(forServer(forBuilder(stored))).toEqual(stored);
  });
});

describe('totals and rankings', () => {
  const totals = run(lines, { type: 'mode', mode: 'aggregate' });
  it('takes a ranking in place of subtotals, and the other way round', () => {
    const broken = run(totals, { type: 'break', col: 'c1', on: true });
    const ranked = run(broken, { type: 'top', top: { col: 'm1', n: 5, others: true } });
    expect(of(ranked).breaks).toEqual([]);
    expect(of(run(ranked, { type: 'break', col: 'c1', on: true })).top).toBeNull();
  });
  it('counts different values in groups only', () => {
    const counted = run(totals, { type: 'add-column', distinct: 'port' });
    expect(of(counted).columns.at(-1)).toEqual({ id: 'm2', distinct: 'port' });
    expect(of(run(counted, { type: 'mode', mode: 'detail' })).columns).toHaveLength(3);
  });
  it('divides one amount by another, as long as both are there', () => {
    const value = run(
      totals,
      { type: 'add-column', measure: 'entered_value' },
      { type: 'add-ratio', of: 'm1', by: 'm2', label: 'Rate', kind: 'percent' },
    );
    expect(of(value).columns.at(-1)).toEqual({
      id: 'x1',
      calc: { div: [{ col: 'm1' }, { col: 'm2' }] },
      label: 'Rate',
      type: 'percent',
    });
    expect(of(run(value, { type: 'remove-column', id: 'm2' })).columns).toHaveLength(3);
  });
  it('sorts amounts from the largest and everything else from the first', () => {
    const sorted = run(totals, { type: 'sort-at', at: 0, col: 'm1' }, { type: 'sort-at', at: 1, col: 'c1' });
    expect(of(sorted).sort).toEqual([
      { col: 'm1', dir: 'desc' },
      { col: 'c1', dir: 'asc' },
    ]);
    const turned = run(
      sorted,
      { type: 'sort-dir', at: 0, dir: 'asc' },
      { type: 'sort-at', at: 1, col: null },
    );
    expect(of(turned).sort).toEqual([{ col: 'm1', dir: 'asc' }]);
  });
});

describe('what is missing', () => {
  it('is told step by step', () => {
    expect(missing(start)).toEqual(['subject']);
    expect(missing(run(start, { type: 'subject', subject: 'users' }))).toEqual(['columns']);
    expect(missing(lines)).toEqual([]);
    const half = run(lines, {
      type: 'add-condition',
      group: [],
      condition: { dim: 'country', op: 'in', value: [] },
    });
    expect(missing(half)).toEqual(['values']);
    const untitled = run(lines, {
      type: 'chart',
      chart: { kind: 'bar', x: 'c1', y: ['m1'], title: ' ', summary: '' },
    });
    expect(missing(untitled)).toEqual(['chart']);
  });
  it('starts anew with another subject, and keeps the draft with the same one', () => {
    expect(run(lines, { type: 'subject', subject: 'entry_lines' })).toBe(lines);
    expect(of(run(lines, { type: 'subject', subject: 'users' })).columns).toEqual([]);
  });
});
