import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { faintTexts, namelessControls, tooWideParts } from './accessibility.js';
import { CHROMIUM, launchChromium, STEP_MS, STORY_MS } from './chromium.js';
import { type QuickstartProcess, startQuickstart } from './quickstart-process.js';
import { totp } from './totp.js';

const run = (file: string, ...args: string[]) => execFileSync(file, args, { encoding: 'utf8' }).trim();
/** As dpkg-query wants it. */
const column = (field: string) => `\${${field}}`;
const name = hostname();

describe.runIf(requires('Chromium', CHROMIUM !== undefined))(
  'the console in a browser',
  { timeout: STORY_MS, shuffle: false },
  () => {
    let quickstart: QuickstartProcess;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    /** Where scripts that run here and this test meet. */
    let folder: string;
    const faults: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rmm-console-'));
      [quickstart, browser] = await Promise.all([startQuickstart(), launchChromium()]);
      context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: quickstart.url });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        // Asking who is signed in before anybody is answers 401, which browsers note.
        if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
      });
    }, STORY_MS);

    afterAll(async () => {
      await browser?.close();
      await quickstart?.stop();
      await rm(folder, { recursive: true, force: true });
    }, STORY_MS);

    const tab = (label: string) =>
      page.getByRole('navigation', { name: 'Tab bar' }).getByRole('link', { name: label, exact: true });
    const menu = (label: string) =>
      page.getByRole('navigation', { name: 'General menu' }).getByRole('link', { name: label });
    /** Goes to a view without loading the page, and waits until it is filled. */
    const visit = async (path: string) => {
      await page.evaluate((to) => {
        history.pushState(null, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, path);
      await page.waitForTimeout(100);
      await page.locator('main :is(h1, h3)').first().waitFor();
      await page.locator('main [aria-label="Loading"]').first().waitFor({ state: 'detached' });
    };
    const openDevice = async () => {
      await page.goto('/system/devices');
      await page.getByRole('row').getByRole('link', { name, exact: true }).click();
    };
    const said = (text: string | RegExp) => page.locator('.toasts').getByText(text).last().waitFor();

    test('a wrong password is refused, the right one signs in', async () => {
      await page.goto('/');
      await page.getByLabel('E-mail').fill(quickstart.email);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText('do not match').waitFor();
      expect(await namelessControls(page)).toEqual([]);
      faults.length = 0;

      await page.getByLabel('Password').fill(quickstart.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await menu('System').waitFor();
    });

    test('this computer is there, online, with its true system', async () => {
      await tab('Devices').click();
      const row = page.getByRole('row').filter({ hasText: name });
      await row.getByRole('img', { name: 'Online' }).waitFor();
      await row.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1 }).getByText(name, { exact: true }).waitFor();
      await tab('Audit').click();
      await page.getByText('Processor and memory').waitFor();
      const memory = totalmem() / 2 ** 30;
      const shown = await page.locator('dt:text-is("Memory") + dd').innerText();
      expect(Math.abs(Number.parseFloat(shown) - memory)).toBeLessThan(0.06 * memory);
      expect(await page.locator('dt:text-is("Kernel") + dd').innerText()).toBe(run('uname', '-r'));
    });

    test.runIf(existsSync('/usr/bin/dpkg-query'))('its software is what dpkg says, found while typing', async () => {
      await page.getByRole('link', { name: /^Software/ }).click();
      const installed = run('dpkg-query', '-W', '-f', `${column('db:Status-Status')}\n`)
        .split('\n')
        .filter((state) => state === 'installed');
      await page
        .getByText(`${new Intl.NumberFormat('en-US').format(installed.length)} packages`, { exact: true })
        .waitFor();
      // Only the rows in sight are drawn.
      expect(await page.getByRole('listitem').count()).toBeLessThan(80);
      await page.keyboard.press('/');
      await page.keyboard.type('base-files');
      const version = run('dpkg-query', '-W', '-f', column('Version'), 'base-files');
      await page.getByRole('listitem').filter({ hasText: 'base-files' }).getByText(version).waitFor();
    });

    test('a filter counts while it is built, and collects this computer', async () => {
      await page.goto('/');
      await page.getByRole('button', { name: 'Create a filter' }).click();
      await page.getByLabel('Name').fill('Plenty of memory');
      const preview = page.getByRole('complementary', { name: 'Devices that fit' });
      await page.getByRole('button', { name: 'Field: none chosen' }).click();
      await page.keyboard.type('memory');
      await page.keyboard.press('Enter');
      await page.getByLabel('Condition', { exact: true }).selectOption('>');
      await page.getByLabel('Search term').fill('1000000');
      await preview.getByText('0', { exact: true }).waitFor();
      await page.getByLabel('Search term').fill('0.1');
      await preview.getByText('1', { exact: true }).waitFor();
      await preview.getByRole('link', { name }).waitFor();
      await page.getByRole('button', { name: 'Create filter' }).click();
      await said('holds 1 device');
      await page.waitForURL(/\/system\/devices\?filter=/);
      await page.getByRole('row').filter({ hasText: name }).waitFor();
      const entry = page
        .getByRole('complementary', { name: 'Filters and groups' })
        .getByRole('link', { name: /Plenty of memory/ });
      await expect.poll(() => entry.innerText()).toMatch(/Plenty of memory\s*1/);
    });

    test('an incomplete condition is named, not saved', async () => {
      await page.goto('/system/devices');
      await page.getByRole('button', { name: 'Create a filter' }).click();
      await page.getByLabel('Name').fill('Half');
      await page.getByRole('button', { name: 'Create filter' }).click();
      await page.getByRole('alert').getByText('Choose a field.').waitFor();
      expect(page.url()).toContain('/filters/new');
    });

    test('the keyboard is enough: search, walk, select, tag, open', async () => {
      await page.goto('/system/devices');
      await page.getByRole('row').filter({ hasText: name }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type(name);
      await page.waitForURL(/q=/);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.getByText('1 selected').waitFor();
      await page.getByRole('button', { name: 'Tag', exact: true }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: `Tag ${name}` });
      await dialog.getByRole('combobox', { name: 'Tags to add' }).focus();
      await page.keyboard.type('lab main ');
      expect(await namelessControls(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Save' }).focus();
      await page.keyboard.press('Enter');
      await said('Tags of 1 device changed');
      await page.getByRole('row').filter({ hasText: name }).getByText('lab', { exact: true }).waitFor();
      await page.getByRole('row').filter({ hasText: name }).focus();
      await page.keyboard.press('Escape');
      await page.getByText('1 selected').waitFor({ state: 'detached' });
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/devices\/[^/]+$/);
    });

    test('the list is downloaded as CSV with the columns shown', async () => {
      await page.goto('/system/devices');
      await page.getByRole('row').filter({ hasText: name }).waitFor();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'Architecture' }).check();
      await page.keyboard.press('Escape');
      await page.getByRole('columnheader', { name: 'Architecture' }).waitFor();
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download this list as CSV' }).click();
      const file = await readFile(await (await coming).path(), 'utf8');
      const [head = '', row = ''] = file.split('\r\n');
      expect(head.split(',').length).toBe(row.split(',').length);
      expect(head).toContain('Architecture');
      expect(row).toContain(name);
    });

    test('a note is written and shown', async () => {
      await openDevice();
      await tab('Notes').click();
      await page.getByLabel('New note').fill('Stands under the desk.\n<b>not markup</b>');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('listitem').getByText('<b>not markup</b>').waitFor();
    });

    test('a quick job runs here, and its output comes in while it runs', async () => {
      await openDevice();
      await page.getByRole('button', { name: 'Run job' }).click();
      const dialog = page.getByRole('dialog');
      const seen = join(folder, 'seen');
      await dialog
        .getByLabel('Script', { exact: true })
        .fill(`uname -a\nuntil [ -e '${seen}' ]; do sleep 0.1; done\necho "and an error" >&2\nexit 3`);
      expect(await namelessControls(page)).toEqual([]);
      await page.keyboard.press('Control+Enter');
      await page.waitForURL(/\/jobs\//);
      const output = page.getByRole('region', { name: `Output of ${name}` });
      await output.getByText(run('uname', '-a')).waitFor();
      await output.getByText('Running', { exact: true }).waitFor();
      await writeFile(seen, '');
      await output.getByText('and an error').waitFor();
      await output.getByText('exit code 3').waitFor();
      await output.getByText('Failed', { exact: true }).waitFor();
      expect(await namelessControls(page)).toEqual([]);
      await rm(seen);
      await page.getByRole('button', { name: 'Relaunch', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel job' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
      await output.getByText('Cancelled', { exact: true }).waitFor();
    });

    test('a component is created, run with its variables, and found in the job list', async () => {
      await page.goto('/');
      await menu('Components').click();
      await page.getByRole('link', { name: 'New component' }).first().click();
      await page.getByLabel('Name', { exact: true }).first().fill('Greeter');
      await page.getByLabel('Script', { exact: true }).fill('echo "Hello, $WHO"');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByPlaceholder('NAME', { exact: true }).fill('WHO');
      await page.getByLabel('Required').check();
      await page.getByRole('button', { name: 'Create component' }).click();
      await said('was created');
      await menu('System').click();
      await tab('Devices').click();
      await page.getByRole('checkbox', { name: `Select ${name}` }).click();
      await page.getByRole('button', { name: 'Run job' }).click();
      await page.getByRole('button', { name: 'Stored component' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Greeter/ })
        .click();
      await page.getByLabel('WHO').fill('technician');
      await page.getByRole('button', { name: 'Run on 1 device' }).click();
      await page.getByText('Hello, technician').waitFor();
      await menu('Jobs').click();
      await page.getByRole('row').filter({ hasText: 'Greeter' }).getByRole('img', { name: 'All well' }).waitFor();
    });

    test('every view has names for its controls, inks that can be read, and fits a phone', async () => {
      const { deviceId, profileId, jobId } = await page.evaluate(async () => {
        const first = async (path: string) =>
          ((await (await fetch(`/api/v1${path}`)).json()) as { items: { id: string }[] }).items[0]?.id;
        return { deviceId: await first('/devices'), profileId: await first('/profiles'), jobId: await first('/jobs') };
      });
      const device = `/devices/${deviceId}`;
      const profile = `/profiles/${profileId}`;
      const views = [
        '/',
        '/system/devices',
        '/system/suspended',
        '/system/settings',
        '/profiles',
        profile,
        `${profile}/devices`,
        `${profile}/settings`,
        device,
        `${device}/audit`,
        `${device}/audit?part=software`,
        `${device}/audit?part=network`,
        `${device}/audit?part=changes`,
        `${device}/jobs`,
        `${device}/notes`,
        '/filters/new',
        '/components',
        '/components/new',
        '/jobs',
        `/jobs/${jobId}`,
        '/account',
        '/account/users',
        '/account/roles',
        '/account/activity',
        '/nowhere',
      ];
      const problems: string[] = [];
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        for (const view of views) {
          await visit(view);
          problems.push(...(await namelessControls(page)).map((one) => `${view}: nameless ${one}`));
          problems.push(...(await faintTexts(page)).map((one) => `${view}: ${theme}: faint ${one}`));
        }
      }
      await page.setViewportSize({ width: 360, height: 740 });
      for (const view of views) {
        await visit(view);
        problems.push(...(await tooWideParts(page)).map((one) => `${view}: too wide for a phone: ${one}`));
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(problems).toEqual([]);
    });

    test('a view stands in a host’s page, which may take over where it leads', async () => {
      const host = await context.newPage();
      await host.route('**/host-page', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><title>Desk</title><rmm-device-list style="height: 400px"></rmm-device-list><script type="module" src="/elements.js"></script>',
        }),
      );
      await host.goto('/host-page');
      const row = host.locator('rmm-device-list').getByRole('row').filter({ hasText: name });
      await row.waitFor();
      await host.evaluate(() => {
        document.addEventListener('rmm-navigate', (event) => {
          event.preventDefault();
          document.title = (event as CustomEvent<{ path: string }>).detail.path;
        });
      });
      await row.click();
      await expect.poll(() => host.title()).toMatch(/^\/devices\//);
      await row.waitFor();
      await host.close();
    });

    test('a deleted device is asked about by name, becomes suspended, and can be restored', async () => {
      await openDevice();
      await page.getByRole('button', { name: `More for ${name}` }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      const question = page.getByRole('dialog', { name: `Delete ${name}?` });
      await question.getByText('uninstalls itself').waitFor();
      await question.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: `More for ${name}` }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.keyboard.press('Enter');
      await said('1 device deleted');
      await page.goto('/system/suspended');
      await page.getByRole('checkbox', { name: `Select ${name}` }).click();
      await page.getByRole('button', { name: `Restore ${name}` }).click();
      await page.getByText('No suspended devices').waitFor();
      await tab('Devices').click();
      await page.getByRole('row').getByRole('link', { name, exact: true }).waitFor();
    });

    const signOut = async () => {
      await page.getByRole('button', { name: /account and theme/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
    };

    test('with an authenticator app, the password alone does not sign in', async () => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'Set up' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Your password').fill(quickstart.password);
      await page.keyboard.press('Enter');
      const key = (await dialog.locator('pre').first().innerText()).replace(/\s/g, '');
      await dialog.getByLabel('Code that the app shows now').fill(totp(key));
      await page.keyboard.press('Enter');
      await said('Two-factor authentication is on');
      await signOut();
      await page.getByLabel('E-mail').fill(quickstart.email);
      await page.getByLabel('Password').fill(quickstart.password);
      await page.keyboard.press('Enter');
      await page.getByLabel('Code of your authenticator app').fill('000000');
      await page.keyboard.press('Enter');
      await page.getByText('This code is not valid').waitFor();
      expect((await page.request.get('/api/v1/devices')).status()).toBe(401);
      await page.getByLabel('Code of your authenticator app').fill(totp(key));
      await page.keyboard.press('Enter');
      await menu('System').waitFor();
      faults.length = 0;
    });

    test('signing out ends it, and nothing went wrong on the way', async () => {
      await page.goto('/');
      await signOut();
      await page.getByLabel('Password').waitFor();
      expect((await page.request.get('/api/v1/devices')).status()).toBe(401);
      expect(faults).toEqual([]);
    });
  },
);
