import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { previewReport } from '../../../api/gen';
import { definitionBody } from '../contract';
import { type Definition, forServer } from '../definition';

/** Nobody is there to answer a prompt: what must be answered later need not be answered for a first look. */
export const unasked = (definition: Definition): Definition =>
  definition.prompts
    ? { ...definition, prompts: definition.prompts.map((one) => ({ ...one, required: false })) }
    : definition;

/** The first rows of a definition that can be run; `null` asks nothing. */
export function usePreview(definition: Definition | null) {
  const body = definition && { definition: definitionBody(forServer(unasked(definition))), prompts: {} };
  return useQuery({
    queryKey: ['report-preview', body],
    queryFn: async ({ signal }) => {
      if (!body) return null;
      const { data } = await previewReport({ body, signal });
      return data;
    },
    enabled: body !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}
