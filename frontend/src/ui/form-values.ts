// Reads a form's controls into nested values and back: `answers.0.answer` ⇄ { answers: [{ answer }] }.
export type FormValue = string | boolean | FileList | null | FormValue[] | { [key: string]: FormValue };

export function getPath(source: unknown, path: string): unknown {
  let at = source;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

export function setPath(target: Record<string, unknown>, path: string, value: unknown) {
  const parts = path.split('.');
  // What every object inherits is nobody's to change.
  if (parts.some((part) => ['__proto__', 'constructor', 'prototype'].includes(part))) return;
  let at: Record<string, unknown> = target;
  parts.forEach((part, index) => {
    if (index === parts.length - 1) {
      at[part] = value;
      return;
    }
    if (typeof at[part] !== 'object' || at[part] === null) {
      at[part] = /^\d+$/.test(parts[index + 1] ?? '') ? [] : {};
    }
    at = at[part] as Record<string, unknown>;
  });
}

/** The values of all named controls of a form. Unticked boxes are false, unset radio groups ''. */
export function readForm(form: HTMLFormElement): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const element of form.elements) {
    if (element instanceof HTMLInputElement && element.name) {
      if (element.type === 'checkbox') setPath(values, element.name, element.checked);
      else if (element.type === 'file') setPath(values, element.name, element.files);
      else if (element.type === 'radio') {
        if (element.checked) setPath(values, element.name, element.value);
        else if (getPath(values, element.name) === undefined) setPath(values, element.name, '');
      } else setPath(values, element.name, element.value);
    } else if (
      (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) &&
      element.name
    ) {
      setPath(values, element.name, element.value);
    }
  }
  return values;
}
