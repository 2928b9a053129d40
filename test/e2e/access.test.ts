import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { faintTexts, namelessControls, tooWideParts } from './accessibility.js';
import { callApi } from './call-api.js';
import { CHROMIUM, launchChromium, STEP_MS, STORY_MS } from './chromium.js';
import { type QuickstartProcess, startQuickstart } from './quickstart-process.js';
import { signIn } from './sign-in.js';

const name = hostname();
const ONLINE = { all: [{ field: 'status.online', condition: 'isTrue' }] };
const TECHNICIAN = { email: 'tess@example.com', password: 'a password of Tess 1' };

interface Item {
  readonly id: string;
}

describe.runIf(requires('Chromium', CHROMIUM !== undefined))(
  'roles in a browser',
  { timeout: STORY_MS, shuffle: false },
  () => {
    let quickstart: QuickstartProcess;
    let browser: Browser;
    /** Of the administrator. */
    let context: BrowserContext;
    let page: Page;
    let emptyProfileId: string;
    const faults: string[] = [];

    const newPage = async (within: BrowserContext) => {
      const fresh = await within.newPage();
      fresh.setDefaultTimeout(STEP_MS);
      fresh.on('pageerror', (error) => faults.push(error.message));
      return fresh;
    };
    const menu = (label: string, on = page) =>
      on.getByRole('navigation', { name: 'General menu' }).getByRole('link', { name: label });
    const tab = (label: string, on = page) =>
      on.getByRole('navigation', { name: 'Tab bar' }).getByRole('link', { name: label, exact: true });
    const said = (text: string | RegExp, on = page) => on.locator('.toasts').getByText(text).last().waitFor();
    const panel = (on = page) => on.getByRole('complementary', { name: 'Filters and groups' });
    const section = (label: string) => page.getByRole('region', { name: label, exact: true });
    const level = (permission: string, choice: string) =>
      section('Permissions')
        .getByRole('radiogroup', { name: permission, exact: true })
        .getByRole('radio', { name: choice });

    beforeAll(async () => {
      [quickstart, browser] = await Promise.all([startQuickstart(), launchChromium()]);
      context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: quickstart.url });
      page = await newPage(context);
      await signIn(page, quickstart);
      emptyProfileId = (await callApi<Item>(page, 'POST', '/profiles', { name: 'Empty office' })).id;
    }, STORY_MS);

    afterAll(async () => {
      await browser?.close();
      await quickstart?.stop();
    }, STORY_MS);

    test('a role is made, counted while its devices are chosen, and saved', async () => {
      await menu('Account').click();
      await tab('Roles').click();
      await page.getByRole('row').filter({ hasText: 'accountadmin' }).getByText('built in').waitFor();
      await page.getByRole('button', { name: 'New role' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Technicians');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1 }).getByText('Technicians').waitFor();

      const visibility = section('Device visibility');
      await visibility.getByText('Sees 1 of 1 device').waitFor();
      await visibility.getByRole('radio', { name: 'Only what is included' }).check({ force: true });
      await visibility.getByText('Sees 0 of 1 device').waitFor();
      await visibility.getByText('holders see no device at all').waitFor();
      await visibility.getByRole('switch', { name: /^Profiles/ }).check();
      await visibility.getByRole('combobox', { name: 'Include Profiles' }).focus();
      await page.keyboard.type('home');
      await visibility.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await visibility.getByText('Sees 1 of 1 device').waitFor();

      // By keyboard alone: one stop of the Tab key for each line, arrow keys choose.
      await level('Profiles', 'Disabled').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => level('Devices', 'Manage').isChecked()).toBe(true);
      await expect.poll(() => level('Audit', 'As area (View)').isChecked()).toBe(true);
      await level('Jobs', 'View').check({ force: true });
      await section('Agent Browser Tools')
        .getByRole('switch', { name: /^Screenshot/ })
        .check();
      expect(await namelessControls(page)).toEqual([]);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await said('was saved');
      await page.getByText('Not saved yet').waitFor({ state: 'detached' });
      await page.reload();
      await visibility.getByText('Sees 1 of 1 device').waitFor();
      expect(await level('Devices', 'Manage').isChecked()).toBe(true);
      expect(await level('Components', 'Disabled').isChecked()).toBe(true);
    });

    test('what is not saved is not lost by a slip', async () => {
      await section('Agent Browser Tools').getByRole('switch', { name: 'All tools' }).check();
      await menu('Jobs').click();
      const question = page.getByRole('dialog', { name: 'Leave without saving?' });
      await question.getByRole('button', { name: 'Cancel' }).click();
      await page.goBack();
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect(page.url()).toMatch(/\/account\/roles\/[^/]+$/);
      await section('Agent Browser Tools').getByRole('switch', { name: /^Chat/ }).uncheck();
      await page.getByRole('button', { name: 'Discard' }).click();
      expect(await section('Agent Browser Tools').getByRole('switch', { name: /^Chat/ }).isChecked()).toBe(false);
    });

    test('looking as the role shows what its holders see, changes nothing, and outlasts a reload', async () => {
      const devices = () => callApi<{ total: number }>(page, 'GET', '/devices');
      await page.getByRole('button', { name: 'View as this role' }).click();
      const banner = page.getByText(/You are looking as role Technicians/);
      await banner.waitFor();
      await page.waitForURL(/\/system\/devices$/);
      await page.getByRole('row').filter({ hasText: name }).waitFor();
      await menu('Components').waitFor({ state: 'detached' });
      await page.getByRole('checkbox', { name: `Select ${name}` }).click();
      await page.getByText('1 selected').waitFor();
      expect(await page.getByRole('button', { name: /^(Move|Delete|Tag|Favourite|Run job)$/ }).count()).toBe(0);
      expect(await page.getByRole('button', { name: `Favourite: ${name}` }).isDisabled()).toBe(true);
      await page.reload();
      await banner.waitFor();
      // Another tab is not concerned.
      const other = await newPage(context);
      await other.goto('/components');
      await other.getByRole('heading', { level: 1 }).getByText('Components').waitFor();
      await other.close();
      await page.goto('/components');
      await page.getByText('Your role does not show this page').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await banner.waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 1 }).getByText('Technicians').waitFor();
      expect((await devices()).total).toBe(1);
    });

    test('a technician with two roles sees only their devices, and what the role in force shows', async () => {
      const { items } = await callApi<{ items: (Item & { name: string })[] }>(page, 'GET', '/roles');
      await callApi(page, 'POST', '/roles', {
        name: 'Office desk',
        permissions: { profiles: 'view', account: 'view' },
        visibility: {
          include: { profiles: [emptyProfileId], groups: [], filters: [] },
          exclude: { profiles: [], groups: [], filters: [] },
        },
      });
      expect(items.map((role) => role.name)).toContain('Technicians');
      await page.goto('/account/users');
      await page.getByRole('button', { name: 'New user' }).click();
      const dialog = page.getByRole('dialog', { name: 'New user' });
      await dialog.getByLabel('Name').fill('Tess Tanner');
      await dialog.getByLabel('E-mail').fill(TECHNICIAN.email);
      await dialog.getByLabel('Password').fill(TECHNICIAN.password);
      await dialog.getByRole('checkbox', { name: 'Technicians' }).check();
      await dialog.getByRole('checkbox', { name: 'Office desk' }).check();
      expect(await namelessControls(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await said('Tess Tanner can sign in now');
      await page.getByRole('row').filter({ hasText: 'Tess Tanner' }).getByText('in force').waitFor();

      const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: quickstart.url });
      const tess = await newPage(own);
      await signIn(tess, TECHNICIAN);
      await tess.waitForURL(/\/system\/devices$/);
      await tess.getByRole('row').filter({ hasText: name }).waitFor();
      expect(await menu('Components', tess).count()).toBe(0);
      await tess.getByRole('button', { name: 'Role: Technicians' }).click();
      await tess.getByRole('menuitemcheckbox', { name: 'Office desk' }).click();
      await tess.getByRole('button', { name: 'Role: Office desk' }).waitFor();
      await tess.getByText('Your role shows no device here').waitFor();
      expect(await tess.getByRole('row').filter({ hasText: name }).count()).toBe(0);
      await menu('Jobs', tess).waitFor({ state: 'detached' });
      await menu('Profiles', tess).click();
      await tess.getByRole('row').filter({ hasText: 'Empty office' }).waitFor();
      expect(await tess.getByRole('button', { name: 'New Profile' }).count()).toBe(0);
      // What the page does not offer, the server refuses.
      await expect(callApi(tess, 'POST', '/profiles', { name: 'Sneaky' })).rejects.toThrow('FORBIDDEN');
      await own.close();
    });

    test('a role takes the filters of Profiles, each by the name of its Profile', async () => {
      const { items } = await callApi<{ items: (Item & { name: string })[] }>(page, 'GET', '/profiles');
      const home = items.find((profile) => profile.name !== 'Empty office');
      await callApi(page, 'POST', '/filters', { name: 'Connected', profileId: home?.id, filter: ONLINE });
      await page.goto('/account/roles');
      await page.getByRole('link', { name: 'Technicians' }).click();
      const visibility = section('Device visibility');
      await visibility.getByText('Sees 1 of 1 device').waitFor();
      await visibility.getByRole('switch', { name: /^Profile filters/ }).check();
      await visibility.getByRole('combobox', { name: 'Exclude Profile filters' }).focus();
      await visibility
        .getByRole('listbox')
        .getByText(home?.name ?? '', { exact: true })
        .waitFor();
      await page.keyboard.type('connected');
      await visibility.getByRole('option', { name: /Connected/ }).waitFor();
      await page.keyboard.press('Enter');
      await visibility.getByText(`${home?.name}: Connected`).waitFor();
      await visibility.getByText('Sees 0 of 1 device').waitFor();
      expect(await namelessControls(page)).toEqual([]);
      await page.getByRole('button', { name: 'Discard' }).click();
      await visibility.getByText('Sees 1 of 1 device').waitFor();
    });

    test('a filter for one role is listed for its holders and the administrator, and is not there for others', async () => {
      await page.goto(`/filters/new?where=${encodeURIComponent(JSON.stringify(ONLINE))}`);
      await page.getByLabel('Name').fill('For technicians');
      const scope = section('Scope');
      await scope.getByRole('button', { name: 'Chosen Profiles' }).click();
      await page.getByRole('button', { name: 'Create filter' }).click();
      await scope.getByRole('alert').getByText('Choose a Profile').waitFor();
      await scope.getByRole('button', { name: 'All Profiles' }).click();
      const roles = section('Visible to');
      await roles.getByRole('button', { name: 'Chosen roles' }).click();
      await roles.getByText('account administrators alone').waitFor();
      await roles.getByRole('checkbox', { name: 'Technicians' }).check();
      await roles.getByText('see it too').waitFor();
      expect(await namelessControls(page)).toEqual([]);
      await page.getByRole('button', { name: 'Create filter' }).click();
      await said('holds 1 device');
      await page.waitForURL(/\?filter=/);
      const filterId = new URL(page.url()).searchParams.get('filter');
      const entry = (on: Page) => panel(on).getByRole('link', { name: /For technicians/ });
      await entry(page).waitFor();

      const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: quickstart.url });
      const tess = await newPage(own);
      await signIn(tess, TECHNICIAN);
      await tess.getByRole('button', { name: 'Role: Office desk' }).waitFor();
      await tess.goto(`/system/devices?filter=${filterId}`);
      await panel(tess)
        .getByRole('link', { name: /All devices/ })
        .waitFor();
      expect(await entry(tess).count()).toBe(0);
      expect(await tess.getByText('For technicians').count()).toBe(0);
      await expect(callApi(tess, 'GET', `/filters/${filterId}`)).rejects.toThrow('NOT_FOUND');
      await tess.getByRole('button', { name: 'Role: Office desk' }).click();
      await tess.getByRole('menuitemcheckbox', { name: 'Technicians' }).click();
      await entry(tess).click();
      await tess.getByRole('row').filter({ hasText: name }).waitFor();
      await own.close();
      await page.goto(`/filters/${filterId}`);
      await roles.getByRole('checkbox', { name: 'Technicians', checked: true }).waitFor();
      expect(await roles.getByRole('checkbox', { checked: true }).count()).toBe(1);
    });

    test('a device group is filled from a CSV file, and lines that name nobody are told with their number', async () => {
      await page.goto('/system/devices');
      await panel().getByRole('button', { name: 'Create a device group' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Tills');
      await page.keyboard.press('Enter');
      const entry = panel().getByRole('link', { name: /Tills/ });
      await expect.poll(() => entry.innerText()).toMatch(/Tills\s*0/);
      await entry.focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Import CSV' }).click();
      const dialog = page.getByRole('dialog', { name: 'Import CSV into “Tills”' });
      const text = `Remark,Hostname\r\n"at the door, left",${name.toUpperCase()}\r\n,till-nowhere\r\n`;
      const buffer = Buffer.from(text);
      await dialog.getByLabel('File').setInputFiles({ name: 'tills.csv', mimeType: 'text/csv', buffer });
      await expect.poll(() => dialog.getByLabel('Content').inputValue()).toContain('till-nowhere');
      expect(await namelessControls(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Import' }).click();
      const done = page.getByRole('dialog', { name: 'Imported into “Tills”' });
      await done.getByText('1 member added').waitFor();
      await done.getByText('1 line names nothing that could be added').waitFor();
      await done.getByText(/^Line 3: till-nowhere – /).waitFor();
      await done.getByRole('button', { name: 'Close' }).last().click();
      // The count makes room for the actions while the entry has the focus.
      await page.keyboard.press('/');
      await expect.poll(() => entry.innerText()).toMatch(/Tills\s*1/);
      await entry.click();
      await page.getByRole('row').filter({ hasText: name }).waitFor();
    });

    test('access is explained by what decides', async () => {
      await page.goto('/account/roles');
      await page.getByRole('button', { name: 'Actions for Technicians' }).click();
      await page.getByRole('menuitem', { name: 'Explain its access' }).click();
      await page.getByRole('button', { name: /^Operation: / }).click();
      await page.keyboard.type('move devices');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      const verdict = page.getByRole('region', { name: 'Verdict' });
      await verdict.getByText('Allowed').waitFor();
      await page.getByRole('button', { name: /^Device: / }).click();
      await page.keyboard.type(name);
      await page.getByRole('option', { name: new RegExp(name) }).click();
      await verdict.getByText('Device visibility').waitFor();
      await page.getByRole('button', { name: 'Role: Technicians' }).click();
      await page.keyboard.type('office');
      await page.keyboard.press('Enter');
      await verdict.getByText('Refused').waitFor();
      expect(await verdict.getByRole('img', { name: 'fails' }).count()).toBe(2);
    });

    test('the activity log tells who was refused, is narrowed, verified and taken away', async () => {
      await page.goto('/account/activity');
      await page.getByRole('button', { name: 'Refused' }).click();
      const refused = page.getByRole('row').filter({ hasText: 'Tess Tanner' });
      await refused.getByText('refused', { exact: true }).waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBe(1);
      await refused.getByRole('button', { name: 'Create a Profile' }).click();
      await page.getByRole('dialog').getByText('as Office desk').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByRole('button', { name: /^What: / }).click();
      await page.keyboard.type('all of users');
      await page.keyboard.press('Enter');
      await page.getByRole('row').filter({ hasText: 'users.create' }).first().waitFor();
      await expect.poll(() => page.getByRole('row').filter({ hasText: 'roles.' }).count()).toBe(0);

      await expect
        .poll(async () => (await callApi<{ pending: number }>(page, 'GET', '/activity/verify')).pending, {
          timeout: STEP_MS,
        })
        .toBe(0);
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(/\d+ entries intact, sealed to #\d+/).waitFor();
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      const lines = (await readFile(await (await coming).path(), 'utf8')).trimEnd().split('\n');
      const entries = lines.slice(0, -1).map((line) => JSON.parse(line) as { sequence: number; operation: string });
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ seal: { sequence: entries.length } });
      expect(entries.map(({ operation }) => operation)).toContain('roles.update');
    });

    test('a role with users is deleted only with another one in its place', async () => {
      await page.goto('/account/roles');
      await page.getByRole('button', { name: 'Actions for Technicians' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete the role “Technicians”?' });
      await dialog.getByText('1 user has this role').waitFor();
      await dialog.getByLabel('Role in its place').selectOption({ label: 'Office desk' });
      await dialog.getByRole('button', { name: 'Delete role' }).click();
      await said('was deleted');
      await page.goto('/account/users');
      const row = page.getByRole('row').filter({ hasText: 'Tess Tanner' });
      await row.getByText('Office desk').waitFor();
      expect(await row.getByText('in force').count()).toBe(0);
    });

    test('every view names its controls, has inks that can be read, and fits a phone', async () => {
      const { items } = await callApi<{ items: (Item & { name: string })[] }>(page, 'GET', '/roles');
      const role = items.find((one) => one.name === 'Office desk');
      const problems: string[] = [];
      await page.setViewportSize({ width: 390, height: 844 });
      for (const view of ['roles', `roles/${role?.id}`, 'users', 'explain', 'activity']) {
        await page.goto(`/account/${view}`);
        await page.locator('main h1').waitFor();
        await page.locator('main [aria-label="Loading"]').first().waitFor({ state: 'detached' });
        await page.waitForTimeout(300);
        problems.push(...(await namelessControls(page)).map((one) => `${view}: no name: ${one}`));
        problems.push(...(await tooWideParts(page)).map((one) => `${view}: too wide: ${one}`));
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          problems.push(...(await faintTexts(page)).map((one) => `${view}, ${colorScheme}: too faint: ${one}`));
        }
      }
      expect(problems).toEqual([]);
      expect(faults).toEqual([]);
    });
  },
);
