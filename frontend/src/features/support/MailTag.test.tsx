import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { MailRecord } from '../../api/gen';
import { MailTag } from './MailTag';

const mail = (state: MailRecord['state'], last_error: string | null): MailRecord => ({
  at: '2026-11-20T10:00:00Z',
  template: 'reactivated',
  state,
  last_error,
});

describe('what became of a mail', () => {
  it('says in the words of the mail server why one came back', () => {
    render(<MailTag mail={mail('failed', '550 5.1.1 no such mailbox')} />);
    expect(screen.getByText('Failed')).toBeInTheDocument();
    expect(screen.getByText('The mail server said: 550 5.1.1 no such mailbox')).toBeInTheDocument();
  });

  it('says so while it is still tried', () => {
    render(<MailTag mail={mail('queued', 'the mail server was not reached')} />);
    expect(screen.getByText('Waiting')).toBeInTheDocument();
    expect(screen.getByText(/the mail server was not reached/)).toBeInTheDocument();
  });

  it('has nothing to add to a mail that was sent', () => {
    render(<MailTag mail={mail('sent', null)} />);
    expect(screen.getByText('Sent')).toBeInTheDocument();
    expect(screen.queryByText(/mail server/)).not.toBeInTheDocument();
  });
});
