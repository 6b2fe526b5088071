import { describe, expect, it } from 'vitest';
import { getPath, readForm, setPath } from './form-values';

describe('form values', () => {
  it('read every kind of control', () => {
    document.body.innerHTML = `<form>
      <input name="name" value=" Kim ">
      <input type="checkbox" name="on" checked><input type="checkbox" name="off">
      <input type="radio" name="role" value="proxy"><input type="radio" name="role" value="user" checked>
      <input type="radio" name="open" value="a">
      <select name="answers.1.question_id"><option value="q2" selected></option></select>
      <textarea name="answers.0.answer">Blue</textarea>
      <button name="ignored" value="x"></button>
    </form>`;
    const form = document.querySelector('form') as HTMLFormElement;
    expect(readForm(form)).toEqual({
      name: ' Kim ',
      on: true,
      off: false,
      role: 'user',
      open: '',
      answers: [{ answer: 'Blue' }, { question_id: 'q2' }],
    });
  });

  it('walk paths', () => {
    const target = {};
    setPath(target, 'a.0.b', 1);
    expect(target).toEqual({ a: [{ b: 1 }] });
    expect(getPath(target, 'a.0.b')).toBe(1);
    expect(getPath(target, 'a.1.b')).toBeUndefined();
  });

  it('never change what every object inherits', () => {
    const target: Record<string, unknown> = {};
    for (const path of ['__proto__.evil', 'constructor.prototype.evil', 'a.__proto__.evil', '__proto__']) {
      setPath(target, path, 'x');
    }
    expect(({} as Record<string, unknown>).evil).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(target).toEqual({});
  });
});
