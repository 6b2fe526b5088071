// Every page stands in a layout. Those for signed-in people have the way to sign out in their bar.
import type { AnyRoute } from '@tanstack/react-router';
import { expect, it, vi } from 'vitest';
import shell from '../app/Shell?raw';
import steps from '../app/StepLayout?raw';

vi.mock('../session', () => ({
  session: { state: { status: 'anonymous', reason: null }, subscribe: () => () => {} },
}));

import { guest, member } from './base';
import { routeTree } from './tree';

type Named = { id?: string; path?: string };
const named = (route: AnyRoute) => route.options as Named;
const children = (route: AnyRoute) => Object.values((route.children ?? []) as AnyRoute[]);

function pagesBelow(route: AnyRoute): string[] {
  const { path } = named(route);
  return [...(path ? [path] : []), ...children(route).flatMap(pagesBelow)];
}

it('what is outside of them is for guests', () => {
  const layouts = children(routeTree).map((route) => named(route).id);
  expect(layouts.sort()).toEqual(['guest', 'member', 'steps']);
  expect(pagesBelow(guest).sort()).toEqual([
    '/accessibility',
    '/apply',
    '/apply/status',
    '/demo/mailbox',
    '/developers',
    '/forgot-password',
    '/forgot-password/questions',
    '/forgot-password/sent',
    '/help',
    '/help/$slug',
    '/help/refusals',
    '/help/refusals/$code',
    '/not-me',
    '/owner-succession-objections',
    '/reset-password',
    '/setup',
    '/sign-in',
    '/sign-in/locked',
    '/unsubscribe',
    '/welcome',
  ]);
  expect(pagesBelow(member).length).toBeGreaterThan(60);
});

it.each([
  ['pages', shell],
  ['steps', steps],
])('the bar of the %s has it', (_what, source) => {
  expect(source).toMatch(
    /<MenuButton onClick=\{\(\) => void session\.signOut\('signed_out'\)\}>\{t\('signOut'\)\}</,
  );
});
