import { useQuery } from '@tanstack/react-query';
import { listReportRunsOptions } from '../../api/gen/@tanstack/react-query.gen';
import { Button } from '../../ui/Button';
import { type PromptValues, promptsOf } from './contract';
import type { Prompt } from './definition';
import { packValue } from './prompt-url';
import { useText } from './text';

interface Props {
  reportKey: string;
  prompts: readonly Prompt[];
  onTake: (values: PromptValues) => void;
}

/** Offers what the person answered when they last ran the report, as the server keeps it with the run. */
export function LastAnswers({ reportKey, prompts, onTake }: Props) {
  const t = useText();
  const query = useQuery(listReportRunsOptions({ query: { limit: 50 } }));
  const last = query.data?.items.find((one) => one.report === reportKey && !one.schedule_id);
  if (!last) return null;
  const given = promptsOf(last);
  // A prompt that the report no longer has is left out.
  const values: PromptValues = {};
  for (const { id } of prompts) {
    const value = given[id];
    if (value !== undefined && value !== 'all_granted') values[id] = value;
  }
  if (Object.values(values).every((value) => packValue(value) === undefined)) return null;
  return (
    <Button kind="secondary" onClick={() => onTake(values)}>
      {t('lastAnswers')}
    </Button>
  );
}
