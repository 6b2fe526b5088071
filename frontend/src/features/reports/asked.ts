// How a prompt is asked for: the condition behind it, and what an open answer means.
import type { PromptValues } from './contract';
import type { Condition, Definition, Filter, Prompt } from './definition';
import { childrenOf, isGroup } from './definition';
import type { useText } from './text';
import type { ValuesOf } from './ValueList';

/** The condition that asks for a prompt tells what kind of answer fits. */
export function asks(filter: Filter | undefined, id: string): Condition | null {
  if (!filter) return null;
  // A filter may also be a single condition.
  const nodes = isGroup(filter) ? childrenOf(filter) : [filter as Condition];
  for (const node of nodes) {
    const found = isGroup(node) ? asks(node, id) : node.prompt === id ? node : null;
    if (found) return found;
  }
  return null;
}

/** What the report does while nobody answers; nothing when an answer is needed. */
export function unsetText(prompt: Prompt, t: ReturnType<typeof useText>): string | undefined {
  const known = prompt.default;
  if (known === undefined || known === null) return prompt.required ? undefined : t('anyValue');
  if (known === 'all_granted') return t('allGranted');
  if (typeof known === 'object' && 'relative' in known) {
    return t('asSet', { value: t(`relative.${known.relative}`) });
  }
  return t('unset');
}

const LISTED = ['eq', 'ne', 'in', 'not_in'];

/** Where whole values are compared, they can be chosen from those that occur. */
export const listed = (
  condition: Condition | null,
  { subject }: Pick<Definition, 'subject'>,
  accountId?: string | null,
  within?: ValuesOf['within'],
): ValuesOf | undefined =>
  condition && LISTED.includes(condition.op) ? { subject, dim: condition.dim, accountId, within } : undefined;

/** The answers to the prompts that stand before one: they limit what can be chosen there. */
export function earlierAnswers(
  prompt: Prompt,
  prompts: readonly Prompt[],
  values: PromptValues,
): PromptValues {
  const earlier = prompts.slice(
    0,
    prompts.findIndex((one) => one.id === prompt.id),
  );
  return Object.fromEntries(Object.entries(values).filter(([id]) => earlier.some((one) => one.id === id)));
}
