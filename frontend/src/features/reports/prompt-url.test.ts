import { describe, expect, it } from 'vitest';
import type { Prompt } from './definition';
import { packValue, readPrompts, unanswered, unpackValue, writePrompts } from './prompt-url';

const period: Prompt = { id: 'p2', label: 'Period', required: true };
const importer: Prompt = { id: 'p1', label: 'Importer', multi: true };
const chapter: Prompt = { id: 'p3', label: 'Chapter' };

describe('prompts in the address', () => {
  it.each([
    [{ relative: 'last_full_month' } as const, '~last_full_month', period],
    [{ from: '2026-01-01', to: '2026-03-31' }, '2026-01-01..2026-03-31', period],
    [['12-3456789AB', '98-7654321CD'], '12-3456789AB|98-7654321CD', importer],
    [{ from: '', to: '' }, '..', period],
    ['61', '61', chapter],
  ])('come back as they were: %o', (value, text, prompt) => {
    expect(packValue(value)).toBe(text);
    expect(unpackValue(text, prompt)).toEqual(value);
  });
  it('leave out what was not answered', () => {
    expect(writePrompts({ p3: '61' }, [period, importer, chapter])).toEqual({
      p_p1: undefined,
      p_p2: undefined,
      p_p3: '61',
    });
    expect(packValue([])).toBeUndefined();
  });
  it('are read for prompts that the report has', () => {
    expect(readPrompts({ p_p1: 'A| B |', p_p9: 'x', account: 'QM' }, [importer, period])).toEqual({
      p1: ['A', 'B'],
    });
  });
  it('tell what is still to be answered', () => {
    expect(unanswered({}, [period, importer]).map((one) => one.id)).toEqual(['p2']);
    expect(unanswered({ p2: { relative: 'today' } }, [period])).toEqual([]);
    expect(unanswered({}, [{ ...period, default: { relative: 'today' } }])).toEqual([]);
    expect(unanswered({ p2: { from: '2026-01-01', to: '' } }, [period]).map((one) => one.id)).toEqual(['p2']);
  });
});
