import { describe, expect, it } from 'vitest';
import { type Action, builder, type Draft, missing, nodeAt, start } from './builder';
import { chartOf, type Definition } from './definition';

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
    const renamed = run(lines, { type: 'change-column', id: 'c1', label: 'Chapter', hidden: true });
    expect(of(renamed).columns[0]).toMatchObject({ label: 'Chapter', hidden: true });
    const back = run(renamed, { type: 'change-column', id: 'c1', label: '', hidden: false });
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
        pivot: { rows: ['c1'] },
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
    expect(next.pivot).toEqual({ rows: ['c1'] });
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
