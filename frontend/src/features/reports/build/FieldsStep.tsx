import { useId, useState } from 'react';
import type { ReportMember } from '../../../api/gen';
import { announce } from '../../../ui/announce';
import { Button } from '../../../ui/Button';
import { Toggle } from '../../../ui/Toggle';
import { MOST_BESIDE } from '../builder';
import { type Column, isField } from '../definition';
import { useFocusLater, Words } from './controls';
import { besideOf, fieldOf, memberOf, topicsOf } from './parts';
import type { StepProps } from './Step';
import { useText } from './text';
import { useLabel } from './useLabel';

/** The fields of the subject by topic, and those that were chosen, in the order of the columns. */
export function FieldsStep(props: StepProps) {
  return (
    <>
      <Tree {...props} />
      {props.definition.mode === 'aggregate' ? <Beside {...props} /> : null}
      <Chosen {...props} />
    </>
  );
}

function Tree({ definition, subject, act }: StepProps) {
  const t = useText();
  const [looked, setLooked] = useState('');
  const text = looked.trim().toLowerCase();
  const taken = new Set(
    definition.columns.filter((one) => !one.subject).map((one) => one.dim ?? one.measure),
  );
  const found = subject.members.filter((one) =>
    [one.label, one.definition, one.topic].some((words) => words.toLowerCase().includes(text)),
  );
  const topics = topicsOf(found);
  const add = (one: ReportMember) =>
    act({ type: 'add-column', ...(one.measure ? { measure: one.id } : { dim: one.id }) });
  return (
    <>
      <Words label={t('findField')} value={looked} onChange={setLooked} />
      {topics.length === 0 ? <p role="status">{t('noField')}</p> : null}
      {topics.map((topic) => (
        // A search opens every topic; the key makes it close again afterwards.
        <details key={`${topic} ${text !== ''}`} className="qm-build__topic" open={text !== '' || undefined}>
          <summary>{topic}</summary>
          <ul className="qm-plain-list">
            {found
              .filter((one) => one.topic === topic)
              .map((one) => (
                <li key={one.id} className="qm-build__field">
                  <span>
                    <strong>{one.label}</strong> <span className="qm-muted qm-small">{one.definition}</span>
                  </span>
                  {taken.has(one.id) ? (
                    <span className="qm-muted">{t('taken')}</span>
                  ) : (
                    <Button
                      kind="secondary"
                      small
                      aria-label={t('addName', { name: one.label })}
                      onClick={() => add(one)}
                    >
                      {t('add')}
                    </Button>
                  )}
                </li>
              ))}
          </ul>
        </details>
      ))}
    </>
  );
}

/** Figures of subjects that share fields with this one. */
function Beside({ definition, subject, act }: StepProps) {
  const t = useText();
  if (subject.merges.length === 0) return null;
  const merged = definition.merge ?? [];
  return (
    <details className="qm-build__topic" open={merged.length > 0 || undefined}>
      <summary>{t('beside')}</summary>
      <p>{t('besideText')}</p>
      {merged.length >= MOST_BESIDE ? <p>{t('besideMost')}</p> : null}
      {subject.merges.map(({ subject: id, shared }) => {
        const other = besideOf(subject, id);
        if (!other) return null;
        if (merged.length >= MOST_BESIDE && !merged.some((one) => one.subject === id)) return null;
        const names = shared.flatMap((one) => memberOf(subject, one)?.label ?? []);
        return (
          <details key={id} className="qm-build__topic">
            <summary>{other.label}</summary>
            <p className="usa-hint">{t('besideShared', { names: names.join(', ') })}</p>
            <ul className="qm-plain-list">
              {other.members
                .filter((one) => one.measure)
                .map((one) => {
                  const name = t('besideName', { name: one.label, of: other.label });
                  const taken = definition.columns.some(
                    (column) => column.subject === id && column.measure === one.id,
                  );
                  return (
                    <li key={one.id} className="qm-build__field">
                      <span>
                        <strong>{one.label}</strong>{' '}
                        <span className="qm-muted qm-small">{one.definition}</span>
                      </span>
                      {taken ? (
                        <span className="qm-muted">{t('taken')}</span>
                      ) : (
                        <Button
                          kind="secondary"
                          small
                          aria-label={t('addName', { name })}
                          onClick={() => act({ type: 'add-beside', subject: id, measure: one.id })}
                        >
                          {t('add')}
                        </Button>
                      )}
                    </li>
                  );
                })}
            </ul>
          </details>
        );
      })}
    </details>
  );
}

function Chosen({ definition, subject, act }: StepProps) {
  const t = useText();
  const id = useId();
  const labelOf = useLabel(subject, definition.columns);
  const focusLater = useFocusLater();
  const [over, setOver] = useState<string | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const { columns } = definition;
  const move = (column: Column, to: number) => {
    if (to < 0 || to >= columns.length) return;
    act({ type: 'move-column', id: column.id, to });
    announce(t('moved', { name: labelOf(column), place: to + 1, all: columns.length }));
  };
  return (
    <>
      <h3 id={id}>{t('chosen')}</h3>
      {columns.length === 0 ? <p>{t('noneChosen')}</p> : <p className="usa-hint">{t('moveHint')}</p>}
      <ol className="qm-chosen" aria-labelledby={id}>
        {columns.map((column, at) => {
          const name = labelOf(column);
          const step = (by: 1 | -1) => {
            const button = `${id}-${column.id}-${by}`;
            return (
              <Button
                kind="secondary"
                small
                id={button}
                aria-label={t(by < 0 ? 'upName' : 'downName', { name })}
                aria-disabled={by < 0 ? at === 0 : at === columns.length - 1}
                onClick={() => {
                  move(column, at + by);
                  // Moving a row in the document takes the focus away from it.
                  focusLater(button);
                }}
              >
                {t(by < 0 ? 'up' : 'down')}
              </Button>
            );
          };
          return (
            <li
              key={column.id}
              data-over={(over === column.id && dragged !== column.id) || undefined}
              onDragOver={(event) => {
                if (!dragged) return;
                event.preventDefault();
                setOver(column.id);
              }}
              onDrop={(event) => {
                event.preventDefault();
                const moved = columns.find((one) => one.id === dragged);
                if (moved && moved !== column) move(moved, at);
              }}
            >
              <span
                className="qm-build__grip"
                aria-hidden="true"
                draggable
                onDragStart={(event) => {
                  setDragged(column.id);
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('text/plain', name);
                  const row = event.currentTarget.parentElement;
                  if (row) event.dataTransfer.setDragImage(row, 12, 12);
                }}
                onDragEnd={() => {
                  setDragged(null);
                  setOver(null);
                }}
              >
                ⠿
              </span>
              <span className="qm-build__name">
                {name} {column.hidden ? <span className="qm-muted">{t('hiddenTag')}</span> : null}
              </span>
              <span className="qm-row">
                {step(-1)}
                {step(1)}
                <Button
                  kind="secondary"
                  small
                  aria-label={t('dropName', { name })}
                  onClick={() => act({ type: 'remove-column', id: column.id })}
                >
                  {t('drop')}
                </Button>
              </span>
              <details className="qm-build__more">
                <summary aria-label={t('rename', { name })}>{t('heading')}</summary>
                <Words
                  label={t('rename', { name: fieldOf(subject, column)?.label ?? column.id })}
                  value={column.label ?? ''}
                  maxLength={120}
                  onChange={(label) => act({ type: 'rename-column', id: column.id, label })}
                />
                {definition.mode === 'aggregate' && isField(column) ? null : (
                  <Toggle
                    label={t('hide')}
                    on={column.hidden === true}
                    onChange={(on) => act({ type: 'hide-column', id: column.id, on })}
                  />
                )}
              </details>
            </li>
          );
        })}
      </ol>
    </>
  );
}
