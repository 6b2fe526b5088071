// What somebody had typed when the session timed out. It waits in this tab's memory only, for the same
// person at the same address, and goes with the first load of the page or sign-out.
import { setPath } from './form-values';

export type Draft = Record<string, string | boolean>;

const forms = new Map<HTMLFormElement, string>();
const kept = new Map<string, Draft>();
let keptFor: string | null = null;

/** Names a form for its draft. What it starts with belongs to the name: over changed data no draft is put. */
export const draftKey = (label: string, defaults: unknown) =>
  `${window.location.pathname}${window.location.search} ${label} ${JSON.stringify(defaults)}`;

/** Registers a form that stands on the page; the answer takes it off again. */
export function watchForm(form: HTMLFormElement, key: string) {
  forms.set(form, key);
  return () => {
    forms.delete(form);
  };
}

const SECRET_NAME = /password|answer|token|secret/i;

/** Whether a control's content must not be kept. */
const isSecret = (control: HTMLInputElement) =>
  ['password', 'file', 'hidden'].includes(control.type) ||
  /password|one-time-code/.test(control.autocomplete) ||
  SECRET_NAME.test(control.name);

/** The controls of a form that were changed, without those that hold secrets. */
export function readDraft(form: HTMLFormElement): Draft {
  const draft: Draft = {};
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && control.name && !isSecret(control)) {
      if (control.type === 'checkbox') {
        if (control.checked !== control.defaultChecked) draft[control.name] = control.checked;
      } else if (control.type === 'radio') {
        if (control.checked && !control.defaultChecked) draft[control.name] = control.value;
      } else if (control.value !== control.defaultValue) draft[control.name] = control.value;
    } else if (control instanceof HTMLTextAreaElement && control.name && !SECRET_NAME.test(control.name)) {
      if (control.value !== control.defaultValue) draft[control.name] = control.value;
    } else if (control instanceof HTMLSelectElement && control.name) {
      const start = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
      if (control.value !== (start?.value ?? '')) draft[control.name] = control.value;
    }
  }
  return draft;
}

/** Keeps what stands in the forms of the page. Called while they are still there. */
export function keepDrafts(personId: string) {
  forgetDrafts();
  keptFor = personId;
  for (const [form, key] of forms) {
    // Of dialogs it cannot be told later about which row they were.
    if (form.closest('dialog')) continue;
    const draft = readDraft(form);
    if (Object.keys(draft).length > 0) kept.set(key, draft);
  }
}

export function forgetDrafts() {
  kept.clear();
  keptFor = null;
}

/** Nobody finds what somebody else had typed. */
export function openDraftsTo(personId: string) {
  if (keptFor !== null && keptFor !== personId) forgetDrafts();
}

export const findDraft = (key: string): Draft | null => kept.get(key) ?? null;

export function dropDraft(key: string) {
  kept.delete(key);
}

/** The values a form starts with, with the draft over them. */
export function withDraft<T>(defaults: T, draft: Draft | null): T {
  if (!draft) return defaults;
  const merged = structuredClone(defaults) as Record<string, unknown>;
  for (const [name, value] of Object.entries(draft)) setPath(merged, name, value);
  return merged as T;
}
