import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import '../i18n';
import { ApiProblem } from '../api/problem';
import { Form } from './Form';
import { PasswordField } from './PasswordField';
import { TextField } from './TextField';

const schema = z.object({
  email: z.string().check(z.minLength(1, 'Enter an e-mail address')),
  password: z.string(),
});

const START = { email: '', password: '' };

function show(onSubmit: (values: { email: string; password: string }) => Promise<unknown>) {
  render(
    <Form schema={schema} defaultValues={{ email: '', password: '' }} onSubmit={onSubmit} submitLabel="Send">
      <TextField name="email" label="E-mail" hint="Where links go" />
      <PasswordField name="password" label="Password" />
    </Form>,
  );
  return userEvent.setup();
}

describe('Form', () => {
  it('validates on submit, focuses the summary and links to the field', async () => {
    const onSubmit = vi.fn();
    const user = show(onSubmit);
    expect(screen.queryByRole('alert')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(onSubmit).not.toHaveBeenCalled();
    const summary = screen.getByRole('alert');
    expect(summary).toHaveFocus();
    const field = screen.getByLabelText('E-mail');
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription('Where links go Enter an e-mail address');
    field.scrollIntoView = vi.fn();
    await user.click(screen.getByRole('link', { name: 'Enter an e-mail address' }));
    expect(field).toHaveFocus();
  });

  it('submits what was typed', async () => {
    const onSubmit = vi.fn(async () => undefined);
    const user = show(onSubmit);
    await user.type(screen.getByLabelText('E-mail'), 'kim@company.example');
    await user.type(screen.getByLabelText('Password'), 'a long sentence');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(onSubmit).toHaveBeenCalledWith({ email: 'kim@company.example', password: 'a long sentence' });
  });

  it('is empty after it was sent, unless somebody typed on meanwhile', async () => {
    let answer = () => {};
    const onSubmit = () =>
      new Promise<void>((done) => {
        answer = done;
      });
    render(
      <Form schema={schema} defaultValues={START} onSubmit={onSubmit} submitLabel="Send" resetOnSuccess>
        <TextField name="email" label="E-mail" />
        <PasswordField name="password" label="Password" />
      </Form>,
    );
    const user = userEvent.setup();
    const field = screen.getByLabelText('E-mail');
    await user.type(field, 'kim@company.example');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await user.clear(field);
    await user.type(field, 'lee@company.example');
    answer();
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Send' })).not.toHaveAttribute('aria-disabled', 'true'),
    );
    expect(field).toHaveValue('lee@company.example');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    answer();
    await waitFor(() => expect(field).toHaveValue(''));
  });

  it('puts field errors of the server at their fields and shows the rest with code and request id', async () => {
    const user = show(async () => {
      throw new ApiProblem({
        status: 422,
        code: 'invalid',
        detail: 'Some fields are not valid.',
        requestId: 'req-9',
        fieldErrors: [
          { pointer: '/email', code: 'invalid', detail: 'This address is not an address' },
          { pointer: '/elsewhere', code: 'invalid', detail: 'Has no field' },
        ],
      });
    });
    await user.type(screen.getByLabelText('E-mail'), 'x');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByRole('link', { name: 'This address is not an address' })).toBeVisible();
    expect(screen.getByText(/elsewhere: Has no field/)).toBeVisible();
    expect(screen.getByText(/Code invalid, request req-9/)).toBeVisible();
    expect(screen.getByLabelText('E-mail')).toHaveValue('x');
  });

  it('takes a password that is pasted, and names it for password managers', async () => {
    const onSubmit = vi.fn(async () => undefined);
    const user = show(onSubmit);
    const field = screen.getByLabelText('Password');
    expect(field).toHaveAttribute('autocomplete', 'current-password');
    expect(field).not.toHaveAttribute('maxlength');
    await user.type(screen.getByLabelText('E-mail'), 'kim@company.example');
    await user.click(field);
    await user.paste(' Pasted, with blanks at both ends ');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(onSubmit).toHaveBeenCalledWith({
      email: 'kim@company.example',
      password: ' Pasted, with blanks at both ends ',
    });
  });

  it('shows a password only when asked to', async () => {
    const user = show(vi.fn());
    const field = screen.getByLabelText('Password');
    expect(field).toHaveAttribute('type', 'password');
    await user.click(screen.getByRole('button', { name: 'Show password' }));
    expect(field).toHaveAttribute('type', 'text');
  });
});
