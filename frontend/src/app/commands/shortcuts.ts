// What keys do outside fields. Single keys can be turned off (WCAG 2.1.4), as speech input and trembling
// hands press them unmeant; Ctrl or Cmd with K always works.
const KEY = 'qm.shortcuts';

/** A second key that comes later than this starts anew. */
const PAIR_MS = 1500;

export type Command = 'palette' | 'filter' | 'help' | '/' | '/people' | '/company';

/** Pages that `g` and then this key lead to. */
export const GO_KEYS = { h: '/', p: '/people', c: '/company' } as const;

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

/** Kept in this browser: it is about this keyboard. */
export function setShortcutsOn(on: boolean) {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Without storage they stay on.
  }
}

const NO_TYPING = ['checkbox', 'radio', 'button', 'submit', 'reset', 'file'];

/** Whether keys pressed here belong to a field. A list to choose from takes letters too. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NO_TYPING.includes(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLElement && target.closest('[contenteditable]:not([contenteditable=false])') !== null
  );
}

type Press = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat' | 'isComposing' | 'target'
>;

export class Keys {
  #goUntil = 0;
  #now: () => number;
  #single: () => boolean;

  constructor(now: () => number, single: () => boolean) {
    this.#now = now;
    this.#single = single;
  }

  /** What this key asks for, given what was pressed before. */
  press(event: Press): Command | null {
    const going = this.#now() < this.#goUntil;
    this.#goUntil = 0;
    if (event.repeat || event.isComposing || event.altKey) return null;
    if (event.ctrlKey || event.metaKey) {
      return event.key.toLowerCase() === 'k' && !event.shiftKey ? 'palette' : null;
    }
    if (!this.#single() || isTyping(event.target)) return null;
    if (event.key === '?') return 'help';
    if (event.key === '/') return 'filter';
    if (going && Object.hasOwn(GO_KEYS, event.key)) return GO_KEYS[event.key as keyof typeof GO_KEYS];
    if (event.key === 'g') this.#goUntil = this.#now() + PAIR_MS;
    return null;
  }
}
