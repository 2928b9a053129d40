import type { Page } from 'playwright-core';

/** Signs in with a password, and waits until the console is there. */
export async function signIn(page: Page, who: { readonly email: string; readonly password: string }): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.keyboard.press('Enter');
  const menu = page.getByRole('navigation', { name: 'General menu' });
  await menu.getByRole('link', { name: 'Account' }).waitFor();
}
