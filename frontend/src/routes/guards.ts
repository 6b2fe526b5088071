// Who may enter which part of the portal. Each guard waits for the session to be known first.
import { redirect } from '@tanstack/react-router';
import type { NextStep } from '../api/gen';
import { chooseMembership } from '../app/account';
import { session } from '../session';
import type { SessionState } from '../session/store';

export const STEP_PATH: Record<NextStep, string> = {
  change_password: '/change-password',
  choose_challenge_questions: '/first-sign-in/questions',
  accept_terms: '/first-sign-in/terms',
};

/** A place in this portal to return to; anything else, e.g. another site, is dropped. */
export function safeReturn(value: string | undefined): string | undefined {
  if (!value?.startsWith('/') || value.startsWith('//') || value.includes('\\')) return undefined;
  if (/^\/(sign-in|change-password|first-sign-in|reset-password|welcome)/.test(value) || value === '/') {
    return undefined;
  }
  return value;
}

/** Waits until the session is known. */
export async function settledSession(): Promise<Exclude<SessionState, { status: 'starting' }>> {
  const known = session.state;
  if (known.status !== 'starting') return known;
  return new Promise((resolve) => {
    const stop = session.subscribe(() => {
      const state = session.state;
      if (state.status === 'starting') return;
      stop();
      resolve(state);
    });
  });
}

interface Entering {
  location: { href: string; pathname: string; searchStr: string };
  search: { account?: string };
}

/**
 * For the pages of signed-in people who have no step before them. Whoever has several accounts gets the
 * one in use into the address, so that the link shows somebody else the same.
 */
export async function requireMember({ location, search }: Entering) {
  const state = await settledSession();
  // Whoever left on purpose starts anew; only an interrupted session goes on where it was.
  const left = state.status === 'anonymous' && state.reason === 'signed_out';
  const back = left ? undefined : safeReturn(location.href);
  if (state.status === 'anonymous') {
    throw redirect({
      to: '/sign-in',
      search: { reason: state.reason ?? undefined, return: back },
      replace: true,
    });
  }
  if (state.nextStep) {
    throw redirect({ to: STEP_PATH[state.nextStep], search: { return: back } as never, replace: true });
  }
  if (state.me.memberships.length > 1 && !search.account) {
    const params = new URLSearchParams(location.searchStr);
    params.set('account', chooseMembership(state.me, undefined)?.account_number ?? '');
    throw redirect({ href: `${location.pathname}?${params}`, replace: true });
  }
}

/** For a step page: only while that very step is due. `voluntary` pages may be opened any time. */
export async function requireStep(step: NextStep, back: string | undefined) {
  const state = await settledSession();
  if (state.status === 'anonymous') {
    throw redirect({
      to: '/sign-in',
      search: { reason: state.reason ?? undefined, return: back },
      replace: true,
    });
  }
  if (state.nextStep === step) return;
  if (state.nextStep) {
    throw redirect({ to: STEP_PATH[state.nextStep], search: { return: back } as never, replace: true });
  }
  throw redirect({ href: safeReturn(back) ?? '/', replace: true });
}

/** For the sign-in page: whoever is signed in already goes on. */
export async function requireGuest(back: string | undefined) {
  const state = await settledSession();
  if (state.status === 'anonymous') return;
  if (state.nextStep) {
    throw redirect({ to: STEP_PATH[state.nextStep], search: { return: back } as never, replace: true });
  }
  throw redirect({ href: safeReturn(back) ?? '/', replace: true });
}
