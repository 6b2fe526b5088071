// Between the contract, which leaves definitions and answers open, and the types that the pages work with.
import type { ReportDefinition, ReportPrompts } from '../../api/gen';
import type { Definition, Value } from './definition';

export type PromptValues = Record<string, Value>;

export const definitionOf = (of: { definition: ReportDefinition }) => of.definition as unknown as Definition;
export const definitionBody = (definition: Definition) => definition as unknown as ReportDefinition;
export const promptsOf = (of: { prompts: ReportPrompts }) => of.prompts as PromptValues;
