import {
  createContext,
  Fragment,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import * as z from 'zod/v4/core';
import { type ApiProblem, pointerToPath, toProblem } from '../api/problem';
import { useCommonText } from '../i18n';
import { Alert } from './Alert';
import { Button, type ButtonKind } from './Button';
import { draftKey, dropDraft, findDraft, watchForm, withDraft } from './drafts';
import { ErrorSummary, type FormErrors } from './ErrorSummary';
import { readForm } from './form-values';
import { usePageError } from './Page';
import { ProblemAlert } from './ProblemAlert';

interface FormState {
  id: string;
  errors: FormErrors;
  defaults: unknown;
}

export const FormContext = createContext<FormState>({ id: 'form', errors: {}, defaults: {} });

/** The id of a form's field, for label, hint, error and the summary's link. */
export const fieldId = (formId: string, name: string) => `${formId}-${name.replaceAll('.', '-')}`;

export const useFormState = () => useContext(FormContext);

export interface FormHandle {
  /** Empties a field, e.g. a wrong password. */
  clear: (name: string) => void;
}

interface Props<S extends z.$ZodType> {
  schema: S;
  /** What the fields start with. The fields keep their own values from then on. */
  defaultValues: z.input<S>;
  onSubmit: (values: z.output<S>) => Promise<unknown> | unknown;
  submitLabel: string;
  submitKind?: ButtonKind;
  /** Beside the submit button, e.g. a cancel link. */
  extra?: ReactNode;
  /** Renames fields of the contract to fields of the form where they differ. */
  fieldNames?: Record<string, string>;
  /** Sees a problem first; returns true when it has dealt with it. */
  onProblem?: (problem: ApiProblem, form: FormHandle) => boolean;
  /** A function is given the values as they stand, whenever a control changes. */
  children: ReactNode | ((values: z.input<S>) => ReactNode);
  /** Put the fields back to `defaultValues` after success. */
  resetOnSuccess?: boolean;
  label?: string;
}

/**
 * A form of native controls that validates on submit, shows a focused summary with links to the fields,
 * and puts the field errors of a problem document where they belong. What has no field here is shown as
 * an alert.
 */
export function Form<S extends z.$ZodType>(props: Props<S>) {
  const t = useCommonText();
  const id = useId();
  const element = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<FormErrors>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const [key] = useState(() => draftKey(props.submitLabel, props.defaultValues));
  // What was typed before a time-out becomes what the fields start with.
  const [draft, setDraft] = useState(() => findDraft(key));
  const start = useMemo(() => withDraft(props.defaultValues, draft), [props.defaultValues, draft]);
  const [values, setValues] = useState<z.input<S>>(start);
  const hasErrors = Object.keys(errors).length > 0;
  usePageError(hasErrors || problem !== null);

  useEffect(() => {
    dropDraft(key);
    return element.current ? watchForm(element.current, key) : undefined;
  }, [key]);

  const fail = (nextErrors: FormErrors, nextProblem: ApiProblem | null) => {
    setErrors(nextErrors);
    setProblem(nextProblem);
    setTries((n) => n + 1);
  };

  const placeProblem = (found: ApiProblem) => {
    const placed: FormErrors = {};
    let unplaced = found.fieldErrors.length === 0;
    for (const one of found.fieldErrors) {
      const path = pointerToPath(one.pointer);
      const name = props.fieldNames?.[path] ?? path;
      if (document.getElementById(fieldId(id, name))) placed[name] ??= one.detail;
      else unplaced = true;
    }
    fail(placed, unplaced ? found : null);
  };

  const submit = async (form: HTMLFormElement) => {
    if (busy) return;
    const sent = readForm(form);
    const parsed = z.safeParse(props.schema, sent);
    if (!parsed.success) {
      const found: FormErrors = {};
      for (const issue of parsed.error.issues) found[issue.path.join('.')] ??= issue.message;
      fail(found, null);
      return;
    }
    setBusy(true);
    try {
      await props.onSubmit(parsed.data);
      setErrors({});
      setProblem(null);
      setDraft(null);
      // Who typed on meanwhile is not robbed of it.
      if (props.resetOnSuccess && JSON.stringify(readForm(form)) === JSON.stringify(sent)) {
        form.reset();
        setValues(props.defaultValues);
      }
    } catch (error) {
      const found = toProblem(error);
      const handle: FormHandle = {
        clear: (name) => {
          const field = document.getElementById(fieldId(id, name));
          if (field instanceof HTMLInputElement) field.value = '';
        },
      };
      if (props.onProblem?.(found, handle)) {
        setErrors({});
        setProblem(null);
      } else {
        placeProblem(found);
      }
    } finally {
      setBusy(false);
    }
  };

  const context = useMemo(() => ({ id, errors, defaults: start }), [id, errors, start]);
  const watching = typeof props.children === 'function';
  return (
    <FormContext.Provider value={context}>
      <form
        ref={element}
        noValidate
        aria-label={props.label}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
        onChange={watching ? (event) => setValues(readForm(event.currentTarget) as z.input<S>) : undefined}
      >
        {draft ? <Alert kind="info">{t('draftBack')}</Alert> : null}
        {hasErrors ? <ErrorSummary key={tries} errors={errors} formId={id} /> : null}
        {problem ? (
          <ProblemAlert key={`problem-${tries}`} error={problem} focus={!hasErrors} listFields />
        ) : null}
        {/* Another key makes new fields: a select does not take another start value. */}
        <Fragment key={draft && props.resetOnSuccess ? 'draft' : 'own'}>
          {typeof props.children === 'function' ? props.children(values) : props.children}
        </Fragment>
        <div className="qm-actions">
          <Button type="submit" kind={props.submitKind} busy={busy}>
            {props.submitLabel}
          </Button>
          {props.extra}
        </div>
        <span className="usa-sr-only" aria-live="polite">
          {busy ? t('loading') : ''}
        </span>
      </form>
    </FormContext.Provider>
  );
}
