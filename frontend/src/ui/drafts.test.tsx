import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import '../i18n';
import { Checkbox } from './Checkbox';
import { forgetDrafts, keepDrafts, openDraftsTo } from './drafts';
import { Form } from './Form';
import { PasswordField } from './PasswordField';
import { Select } from './Select';
import { TextField } from './TextField';

const schema = z.object({
  name: z.string(),
  role: z.string(),
  urgent: z.boolean(),
  password: z.string(),
  answers: z.array(z.object({ answer: z.string() })),
});
type Values = z.infer<typeof schema>;

const START: Values = { name: '', role: 'user', urgent: false, password: '', answers: [{ answer: '' }] };

function show(start = START, onSubmit: (values: Values) => Promise<unknown> = async () => undefined) {
  return render(
    <Form schema={schema} defaultValues={start} onSubmit={onSubmit} submitLabel="Send" resetOnSuccess>
      <TextField name="name" label="Name" />
      <Select
        name="role"
        label="Role"
        options={[
          { value: 'user', label: 'User' },
          { value: 'proxy', label: 'Proxy' },
        ]}
      />
      <Checkbox name="urgent" label="Urgent" />
      <PasswordField name="password" label="Password" />
      <TextField name="answers.0.answer" label="Answer" />
    </Form>,
  );
}

async function fill() {
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('Name'), 'Kim Doe');
  await user.selectOptions(screen.getByLabelText('Role'), 'proxy');
  await user.click(screen.getByLabelText('Urgent'));
  await user.type(screen.getByLabelText('Password'), 'a long sentence');
  await user.click(screen.getByRole('button', { name: 'Show password' }));
  await user.type(screen.getByLabelText('Answer'), 'Rover');
  return user;
}

const typedBack = () => screen.queryByText(/before you were signed out/);

afterEach(() => {
  forgetDrafts();
  window.history.replaceState(null, '', '/');
});

describe('drafts', () => {
  it('come back at the same address, without what is secret', async () => {
    const page = show();
    await fill();
    keepDrafts('kim');
    page.unmount();
    openDraftsTo('kim');
    show();
    expect(typedBack()).toBeVisible();
    expect(screen.getByLabelText('Name')).toHaveValue('Kim Doe');
    expect(screen.getByLabelText('Role')).toHaveValue('proxy');
    expect(screen.getByLabelText('Urgent')).toBeChecked();
    expect(screen.getByLabelText('Password')).toHaveValue('');
    expect(screen.getByLabelText('Answer')).toHaveValue('');
  });

  it('are sent as typed, and are gone after that', async () => {
    const first = show();
    await fill();
    keepDrafts('kim');
    first.unmount();
    const onSubmit = vi.fn(async () => undefined);
    const second = show(START, onSubmit);
    await userEvent.setup().click(screen.getByRole('button', { name: 'Send' }));
    expect(onSubmit).toHaveBeenCalledWith({
      name: 'Kim Doe',
      role: 'proxy',
      urgent: true,
      password: '',
      answers: [{ answer: '' }],
    });
    expect(typedBack()).toBeNull();
    expect(screen.getByLabelText('Name')).toHaveValue('');
    expect(screen.getByLabelText('Role')).toHaveValue('user');
    second.unmount();
    show();
    expect(screen.getByLabelText('Name')).toHaveValue('');
  });

  it('are not shown to another person, at another address, or over changed data', async () => {
    const page = show();
    await fill();
    keepDrafts('kim');
    page.unmount();

    window.history.replaceState(null, '', '/elsewhere');
    const elsewhere = show();
    expect(typedBack()).toBeNull();
    elsewhere.unmount();
    window.history.replaceState(null, '', '/');

    const changed = show({ ...START, name: 'Changed meanwhile' });
    expect(screen.getByLabelText('Name')).toHaveValue('Changed meanwhile');
    changed.unmount();

    openDraftsTo('sam');
    show();
    expect(typedBack()).toBeNull();
    expect(screen.getByLabelText('Name')).toHaveValue('');
  });

  it('are not kept of forms that nobody touched', () => {
    const page = show();
    keepDrafts('kim');
    page.unmount();
    show();
    expect(typedBack()).toBeNull();
  });
});
