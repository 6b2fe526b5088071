import type { UseQueryResult } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../api/problem';
import { GuestLoaded } from './GuestLoaded';

const query = (data: string | undefined, error: unknown) =>
  ({ data, error, refetch: () => undefined }) as unknown as UseQueryResult<string, unknown>;
const ended = new ApiProblem({
  status: 403,
  code: 'grant-not-active',
  detail: 'the access was ended on 20 Nov 2026',
});

describe('what a guest has seen', () => {
  it('is shown while the server allows it', () => {
    render(<GuestLoaded query={query('19-100000100', null)}>{(text) => <p>{text}</p>}</GuestLoaded>);
    expect(screen.getByText('19-100000100')).toBeInTheDocument();
  });

  it('disappears with the first refusal, which is said in words', () => {
    render(<GuestLoaded query={query('19-100000100', ended)}>{(text) => <p>{text}</p>}</GuestLoaded>);
    expect(screen.queryByText('19-100000100')).not.toBeInTheDocument();
    expect(screen.getByText('You cannot look into this account now')).toBeInTheDocument();
    expect(screen.getByText(/^The access was ended on 20 Nov 2026\./)).toBeInTheDocument();
  });

  it('stays when only the line is dead', () => {
    const dead = new ApiProblem({ status: 0, code: 'network' });
    render(<GuestLoaded query={query('19-100000100', dead)}>{(text) => <p>{text}</p>}</GuestLoaded>);
    expect(screen.getByText('19-100000100')).toBeInTheDocument();
  });
});
