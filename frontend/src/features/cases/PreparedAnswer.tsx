import { useQuery } from '@tanstack/react-query';
import { type RefObject, useId, useState } from 'react';
import type { CaseTopic } from '../../api/gen';
import { listCannedAnswersOptions } from '../../api/gen/@tanstack/react-query.gen';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { useText } from './text';

/** Puts a prepared answer into the message that is being written, where the cursor is; nothing typed is lost. */
export function PreparedAnswer({
  topic,
  around,
}: {
  topic: CaseTopic;
  around: RefObject<HTMLElement | null>;
}) {
  const t = useText();
  const id = useId();
  const [chosen, setChosen] = useState('');
  const query = useQuery(listCannedAnswersOptions({ query: { topic } }));
  const answers = query.data?.items ?? [];
  if (answers.length === 0) return null;
  const insert = () => {
    const answer = answers.find((one) => one.id === chosen);
    const field = around.current?.querySelector('textarea');
    if (!answer || !field) return;
    field.setRangeText(answer.body, field.selectionStart, field.selectionEnd, 'end');
    // As if typed: the draft that is kept across a time-out hears of it.
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
    announce(t('inserted', { title: answer.title }));
  };
  return (
    <div className="qm-field">
      <label className="usa-label" htmlFor={id}>
        {t('prepared')}
      </label>
      <div className="qm-row">
        <select
          id={id}
          className="usa-select"
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          <option value="">{t('preparedNone')}</option>
          {answers.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
        <Button kind="secondary" disabled={chosen === ''} onClick={insert}>
          {t('insert')}
        </Button>
      </div>
    </div>
  );
}
