import { type Dispatch, useId } from 'react';
import type { ReportMember, ReportSubject } from '../../../api/gen';
import { Button } from '../../../ui/Button';
import { Toggle } from '../../../ui/Toggle';
import { listed } from '../asked';
import type { Action, Path } from '../builder';
import {
  type Condition,
  childrenOf,
  type Definition,
  type Filter,
  isGroup,
  type Operator,
  type Prompt,
  type Value,
} from '../definition';
import { ValueInput } from '../ValueInput';
import type { ValuesOf } from '../ValueList';
import { Choice, Words } from './controls';
import { conditionOn, memberOf, operatorsOf, topicsOf } from './parts';
import type { StepProps } from './Step';
import { useText } from './text';

/** Which rows count, and what readers are asked each time. */
export function FiltersStep({ definition, subject, act }: StepProps) {
  const t = useText();
  const root: Filter = definition.filter ?? { and: [] };
  return (
    <>
      {childrenOf(root).length === 0 ? <p className="qm-muted">{t('filtersText')}</p> : null}
      <Group group={root} at={[]} subject={subject} definition={definition} act={act} />
      <div className="qm-actions">
        <Button
          kind="secondary"
          small
          onClick={() => act({ type: 'add-group', kind: 'and' in root ? 'or' : 'and' })}
        >
          {t('addAny')}
        </Button>
      </div>
    </>
  );
}

interface NodeProps {
  at: Path;
  subject: ReportSubject;
  definition: Definition;
  act: Dispatch<Action>;
}

function Group({ group, at, subject, definition, act }: NodeProps & { group: Filter }) {
  const t = useText();
  const id = useId();
  const fields = subject.members.filter((one) => !one.measure);
  const children = childrenOf(group);
  const outermost = at.length === 0;
  return (
    <fieldset className={`usa-fieldset${outermost ? '' : ' qm-build__group'}`}>
      <legend className="usa-sr-only">
        {outermost ? t('match') : t('groupOf', { n: (at.at(-1) ?? 0) + 1 })}
      </legend>
      {children.length > 1 || !outermost ? (
        <Choice
          label={t('match')}
          value={'and' in group ? 'and' : 'or'}
          options={[
            { value: 'and', label: t('all') },
            { value: 'or', label: t('any') },
          ]}
          onChange={(kind) => act({ type: 'group-kind', group: at, kind: kind as 'and' })}
        />
      ) : null}
      {children.map((node, n) => {
        const place = [...at, n];
        // A node is known by its place; what stands there is part of the key, so that fields start anew with it.
        const key = `${id}-${n}-${isGroup(node) ? 'group' : `${node.dim} ${node.prompt ?? ''}`}`;
        return isGroup(node) ? (
          <div key={key}>
            <Group group={node} at={place} subject={subject} definition={definition} act={act} />
            <Button kind="link" onClick={() => act({ type: 'remove-node', at: place })}>
              {t('removeGroup')}
            </Button>
          </div>
        ) : (
          <Sentence
            key={key}
            condition={node}
            at={place}
            subject={subject}
            definition={definition}
            act={act}
          />
        );
      })}
      <Choice
        label={t(outermost ? 'addFilter' : 'addToGroup')}
        value=""
        options={[{ value: '', label: t('chooseField') }]}
        groups={topicsOf(fields).map((topic) => ({
          label: topic,
          options: fields
            .filter((one) => one.topic === topic)
            .map((one) => ({ value: one.id, label: one.label })),
        }))}
        onChange={(dim) => {
          const field = fields.find((one) => one.id === dim);
          if (!field) return;
          const condition = conditionOn(field);
          act({ type: 'add-condition', group: at, condition });
        }}
      />
    </fieldset>
  );
}

/** One condition, read as a sentence: the field, how it is compared, and with what. */
function Sentence({ condition, at, subject, definition, act }: NodeProps & { condition: Condition }) {
  const t = useText();
  const field = memberOf(subject, condition.dim);
  const name = field?.label ?? condition.dim;
  const prompt = definition.prompts?.find((one) => one.id === condition.prompt);
  const multi = condition.op === 'in' || condition.op === 'not_in';
  const bare = condition.op === 'empty' || condition.op === 'not_empty';
  const dated = field?.kind === 'date' || field?.kind === 'month';
  const set = (value: Value | undefined) => {
    const { value: _, ...rest } = condition;
    act({ type: 'change-condition', at, condition: value === undefined ? rest : { ...rest, value } });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the group of filters around it is the fieldset
    <div className="qm-build__filter" role="group" aria-label={name}>
      <div className="qm-sentence">
        <strong className="qm-build__subject">{name}</strong>
        <Choice
          label={t('operator')}
          value={condition.op}
          options={operatorsOf(field, condition.op).map((op) => ({
            value: op,
            label: dated && isDated(op) ? t(`opDate.${op}`) : t(`op.${op}`),
          }))}
          onChange={(op) => {
            if (!field) return;
            const next = conditionOn(field, op as Operator);
            act({ type: 'change-condition', at, condition: next });
            // An answer to the one comparison does not fit another; the prompt starts anew with it.
            if (prompt) {
              const several = op === 'in' || op === 'not_in';
              act({ type: 'ask', at, label: prompt.label, multi: several });
            }
          }}
        />
        {bare || prompt ? null : (
          <ValueInput
            key={condition.op}
            label={t('value')}
            kind={field?.kind}
            period={condition.op === 'between'}
            multi={multi}
            value={condition.value}
            of={listed(condition, definition)}
            onChange={set}
          />
        )}
        <Button
          kind="secondary"
          small
          aria-label={t('removeConditionName', { name })}
          onClick={() => act({ type: 'remove-node', at })}
        >
          {t('removeCondition')}
        </Button>
      </div>
      {bare ? null : (
        <Toggle
          label={t('ask')}
          on={prompt !== undefined}
          onChange={(on) => act(on ? { type: 'ask', at, label: name, multi } : { type: 'fix', at })}
        />
      )}
      {!prompt && moves(condition.value) ? <p className="usa-hint">{t('moves')}</p> : null}
      {prompt ? (
        <Asked
          prompt={prompt}
          condition={condition}
          of={listed(condition, definition)}
          field={field}
          act={act}
        />
      ) : null}
    </div>
  );
}

const moves = (value: Value | undefined) => typeof value === 'object' && 'relative' in value;

const movesAlong = (prompt: Prompt) => prompt.default !== 'all_granted' && moves(prompt.default);

const DATED = ['lt', 'le', 'gt', 'ge'] as const;
const isDated = (op: Operator): op is (typeof DATED)[number] => (DATED as readonly string[]).includes(op);

interface AskedProps {
  prompt: Prompt;
  condition: Condition;
  of: ValuesOf | undefined;
  field: ReportMember | undefined;
  act: Dispatch<Action>;
}

/** What readers are asked, what counts when they answer nothing, and whether they must. */
function Asked({ prompt, condition, of, field, act }: AskedProps) {
  const t = useText();
  const change = (to: Partial<Omit<Prompt, 'id'>>) =>
    act({ type: 'change-prompt', id: prompt.id, change: to });
  return (
    <div className="qm-sentence">
      <Words
        label={t('promptLabel')}
        value={prompt.label}
        maxLength={120}
        onChange={(label) => change({ label })}
      />
      <ValueInput
        key={condition.op}
        label={t('promptDefault')}
        kind={field?.kind}
        period={condition.op === 'between'}
        multi={prompt.multi}
        value={prompt.default === 'all_granted' ? undefined : prompt.default}
        unset={prompt.default === 'all_granted' ? t('reports:allGranted') : t('noDefault')}
        of={of}
        onChange={(value) => change({ default: value })}
      />
      {movesAlong(prompt) ? <p className="usa-hint">{t('moves')}</p> : null}
      <Toggle
        label={t('promptRequired')}
        on={prompt.required === true}
        onChange={(required) => change({ required })}
      />
    </div>
  );
}
