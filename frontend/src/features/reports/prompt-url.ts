// The answers to a report's prompts, in the address and in form fields: readable, one parameter a prompt.
import type { PromptValues } from './contract';
import type { Prompt, Value } from './definition';

export const PREFIX = 'p_';

/** "last_full_month", "2026-01-01..2026-03-31", "A|B" or the value itself. */
export function packValue(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value || undefined;
  if (Array.isArray(value)) return value.join('|') || undefined;
  return 'relative' in value ? `~${value.relative}` : `${value.from}..${value.to}`;
}

export function unpackValue(text: string, prompt: Prompt): Value | undefined {
  if (text.startsWith('~')) return { relative: text.slice(1) as never };
  const range = /^(.*?)\.\.(.*)$/.exec(text);
  if (range) return { from: range[1] ?? '', to: range[2] ?? '' };
  if (prompt.multi) {
    return text
      .split(/[|;]/)
      .map((one) => one.trim())
      .filter(Boolean);
  }
  return text.trim() || undefined;
}

/** What the address says, for the prompts that the report has; anything else in the address is not a prompt. */
export function readPrompts(search: Record<string, unknown>, prompts: readonly Prompt[]): PromptValues {
  const found: PromptValues = {};
  for (const prompt of prompts) {
    const text = search[PREFIX + prompt.id];
    const value = typeof text === 'string' ? unpackValue(text, prompt) : undefined;
    if (value !== undefined) found[prompt.id] = value;
  }
  return found;
}

export function writePrompts(
  values: PromptValues,
  prompts: readonly Prompt[],
): Record<string, string | undefined> {
  return Object.fromEntries(prompts.map((one) => [PREFIX + one.id, packValue(values[one.id])]));
}

/** Prompts that still lack something: required ones without answer and default, and periods with one end. */
export const unanswered = (values: PromptValues, prompts: readonly Prompt[]) =>
  prompts.filter((one) => {
    const value = values[one.id];
    if (value === undefined) return one.required && one.default === undefined;
    return typeof value === 'object' && 'from' in value && (value.from === '' || value.to === '');
  });
