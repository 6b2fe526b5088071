import { afterEach, describe, expect, it } from 'vitest';
import { isTyping, Keys, setShortcutsOn, shortcutsOn } from './shortcuts';

const key = (name: string, more: Partial<KeyboardEvent> = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  target: document.body,
  ...more,
});

afterEach(() => localStorage.clear());

describe('keys', () => {
  it('open the search with Ctrl or Cmd, also from a field and with single keys off', () => {
    const keys = new Keys(
      () => 0,
      () => false,
    );
    const target = document.createElement('input');
    expect(keys.press(key('k', { ctrlKey: true, target }))).toBe('palette');
    expect(keys.press(key('K', { metaKey: true, target }))).toBe('palette');
    expect(keys.press(key('k', { ctrlKey: true, altKey: true }))).toBeNull();
    expect(keys.press(key('/'))).toBeNull();
    expect(keys.press(key('?'))).toBeNull();
  });

  it('go places only with two keys in time', () => {
    let now = 0;
    const keys = new Keys(
      () => now,
      () => true,
    );
    expect(keys.press(key('p'))).toBeNull();
    expect(keys.press(key('g'))).toBeNull();
    now = 1000;
    expect(keys.press(key('p'))).toBe('/people');
    expect(keys.press(key('p'))).toBeNull();
    keys.press(key('g'));
    now = 3000;
    expect(keys.press(key('h'))).toBeNull();
    keys.press(key('g'));
    keys.press(key('x'));
    expect(keys.press(key('c'))).toBeNull();
  });

  it('are left to fields', () => {
    const keys = new Keys(
      () => 0,
      () => true,
    );
    expect(keys.press(key('/', { target: document.createElement('textarea') }))).toBeNull();
    expect(keys.press(key('?'))).toBe('help');
    expect(keys.press(key('/'))).toBe('filter');
    const box = document.createElement('input');
    box.type = 'checkbox';
    expect(isTyping(box)).toBe(false);
    expect(isTyping(document.createElement('select'))).toBe(true);
  });

  it('are on until they are turned off, and that is kept', () => {
    expect(shortcutsOn()).toBe(true);
    setShortcutsOn(false);
    expect(shortcutsOn()).toBe(false);
    setShortcutsOn(true);
    expect(shortcutsOn()).toBe(true);
  });
});
