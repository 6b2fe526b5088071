// Time-out with its warning, and the whole of a task with the keyboard alone.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { enterCredentials, fillCredentials, heading, row, signIn } from './portal';

test('an idle session is warned, can be kept, ends in time and returns to the same page', async ({
  page,
  person,
}) => {
  await page.clock.install();
  await signIn(page, person('owner'));
  await page.goto('/people?state=dormant');
  await expect(row(page, /Aiko Tanaka/)).toBeVisible();
  await page.clock.fastForward('12:35');
  const warning = page.getByRole('dialog', { name: 'Are you still there?' });
  await expect(warning).toBeVisible();
  await expect(warning.getByRole('button', { name: 'Keep me signed in' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(warning).toBeHidden();
  await page.clock.fastForward('12:35');
  await expect(warning).toBeVisible();
  await page.clock.fastForward('03:30');
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByText('You were signed out because nothing happened for 15 minutes.')).toBeVisible();
  const owner = person('owner');
  await fillCredentials(page, owner.user_id, owner.password);
  await expect(page).toHaveURL(/\/people\?.*state=dormant/);
  await expect(row(page, /Aiko Tanaka/)).toBeVisible();
});

/** Presses Tab until the control is focused, as a person without a pointer does. */
async function tabTo(page: Page, name: RegExp, limit = 60): Promise<void> {
  for (let step = 0; step < limit; step += 1) {
    const focused = page.locator(':focus');
    if ((await focused.count()) > 0) {
      const label = await focused.evaluate((element) => {
        const control = element as HTMLInputElement;
        return (
          element.getAttribute('aria-label') ??
          control.labels?.[0]?.innerText ??
          (element as HTMLElement).innerText ??
          ''
        );
      });
      if (name.test(label.trim())) {
        await expect(focused).toBeInViewport();
        return;
      }
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} was not reached in ${limit} steps`);
}

test('a person sees where the own User ID is signed in, and ends it there', async ({
  page,
  person,
  anotherBrowser,
}) => {
  const user = person('user');
  const elsewhere = await anotherBrowser();
  await enterCredentials(elsewhere, user.user_id, 'not the password of anybody');
  await expect(elsewhere.getByRole('alert')).toBeVisible();
  await signIn(elsewhere, user);
  await signIn(page, user);
  await page.goto('/me?tab=sessions');
  const signIns = page.getByRole('table', { name: 'Recent sign-ins' });
  await expect(signIns).toContainText('Wrong User ID or password');
  await expect(page.getByRole('table', { name: 'Where you are signed in' })).toContainText('This session');
  await page
    .getByRole('button', { name: /^End the session on / })
    .first()
    .click();
  await expect(page.getByText('The session is ended.')).toBeVisible();
  await elsewhere.reload();
  await expect(heading(elsewhere, 'Sign in')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Profile and settings')).toBeVisible();
});

test('signing in and reactivating one person needs no pointer', async ({ page, person }) => {
  const owner = person('owner');
  await page.goto('/sign-in');
  await tabTo(page, /^User ID/);
  await page.keyboard.type(owner.user_id);
  await tabTo(page, /^Password/);
  await page.keyboard.type(owner.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, /^Welcome, /)).toBeFocused();
  await tabTo(page, /^Reactivate them/);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'People')).toBeFocused();
  await tabTo(page, /^Reactivate Tom Becker/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, /^Reactivate Tom Becker/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 person reactivated. Tom Becker')).toBeVisible();
  await expect(page.locator(':focus')).toBeInViewport();
});
