import { hostname } from 'node:os';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { faintTexts, namelessControls, tooWideParts } from './accessibility.js';
import { CHROMIUM, launchChromium, STEP_MS, STORY_MS } from './chromium.js';
import { type QuickstartProcess, startQuickstart } from './quickstart-process.js';
import { signIn } from './sign-in.js';

const name = hostname();

interface Thing {
  readonly id: string;
  readonly name: string;
}

describe.runIf(requires('Chromium', CHROMIUM !== undefined))(
  'policies in a browser',
  { timeout: STORY_MS, shuffle: false },
  () => {
    let quickstart: QuickstartProcess;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    const faults: string[] = [];

    beforeAll(async () => {
      [quickstart, browser] = await Promise.all([startQuickstart(), launchChromium()]);
      context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: quickstart.url });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS);
      await signIn(page, quickstart);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    }, STORY_MS);

    afterAll(async () => {
      await browser?.close();
      await quickstart?.stop();
    }, STORY_MS);

    const tab = (label: string) =>
      page.getByRole('navigation', { name: 'Tab bar' }).getByRole('link', { name: label, exact: true });
    const said = (text: string | RegExp) => page.locator('.toasts').getByText(text).last().waitFor();
    const setting = (label: string) => page.getByRole('radiogroup', { name: label, exact: true });
    const dialog = (title: string | RegExp) => page.getByRole('dialog', { name: title });
    const row = (text: string) => page.getByRole('row').filter({ hasText: text });
    const items = (path: string) =>
      page.evaluate(async (to) => ((await (await fetch(`/api/v1${to}`)).json()) as { items: Thing[] }).items, path);
    const firstId = async (path: string) => (await items(path))[0]?.id ?? '';
    const deviceTab = async (label: string) => {
      await page.goto(`/devices/${await firstId('/devices')}`);
      await tab(label).click();
    };

    test('without policies the page tells what they are', async () => {
      await page.goto('/');
      await tab('Policies').click();
      await page.getByText('No policies yet').waitFor();
      await page
        .getByRole('list', { name: 'Types of policies' })
        .getByText('Windows Update', { exact: true })
        .waitFor();
      expect(await namelessControls(page)).toEqual([]);
    });

    test('a policy is made of its type’s settings, planned, pushed, and obeyed by this computer', async () => {
      await page.getByRole('button', { name: 'New policy' }).first().click();
      await page.getByLabel('Name').fill('Standard');
      await page.getByRole('radio', { name: /^Agent/ }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.waitForURL(/\/policies\/new/);
      await setting('Active privacy mode').getByText('On').click();
      await page.getByLabel('Agent browser mode').selectOption('User');
      await page.getByRole('combobox', { name: 'Targets' }).fill('All dev');
      await page
        .getByRole('option', { name: /^All devices/ })
        .first()
        .waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('2 of 7 settings set').waitFor();
      expect(await namelessControls(page)).toEqual([]);

      await page.getByRole('button', { name: 'Save and push' }).click();
      const plan = dialog('Save and push “Standard”');
      await plan.getByText('1 device changes').waitFor();
      const change = plan.getByRole('row').filter({ hasText: 'Active privacy mode' });
      expect(await change.innerText()).toMatch(/not set\s+On\s+New policy/);
      await plan.getByRole('link', { name }).first().waitFor();
      expect(await namelessControls(page)).toEqual([]);
      await plan.getByRole('button', { name: 'Save and push to 1 device' }).click();
      await said('saved and pushed to 1 device');
      await row('Standard').getByText('Deployed', { exact: true }).last().waitFor();
      // The agent takes it and tells so, without a reload.
      await page.getByText('1 of 1 device obeys').waitFor();
    });

    test('saving alone changes no device; the push button tells what it would change', async () => {
      await row('Standard').getByRole('link', { name: 'Standard' }).click();
      await setting('Disable settings').getByText('On').click();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const plan = dialog('Save “Standard”');
      await plan.getByText('Saving alone changes no device').waitFor();
      await plan.getByText('Disable settings').waitFor();
      await plan.getByRole('button', { name: 'Save', exact: true }).click();
      await row('Standard').getByText('Changed, not pushed').last().waitFor();
      await page.getByRole('button', { name: 'Push changes (1)' }).click();
      const push = dialog('Push 1 changed policy');
      await push.getByText('1 device changes').waitFor();
      await push.getByRole('button', { name: 'Push to 1 device' }).click();
      await said(/^Pushed to 1 device/);
      await page.getByRole('button', { name: /Push changes/ }).waitFor({ state: 'detached' });
    });

    test('what cannot be is told beside the field, before anything is sent', async () => {
      await page.goto('/policies/new?level=system&type=power&name=Night');
      await page.getByLabel('Sleep, plugged in', { exact: true }).fill('5000');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('alert').getByText('1440 minutes at most.').waitFor();
      await page.getByLabel('Sleep, plugged in', { exact: true }).fill('30');
      await page.getByRole('alert').getByText('1440 minutes at most.').waitFor({ state: 'detached' });
      await tab('Policies')
        .or(page.getByRole('link', { name: /^Policies of/ }))
        .first()
        .click();
      await dialog('Leave without saving?').getByRole('button', { name: 'Discard changes' }).click();
      await page.waitForURL(/\/system\/policies/);
    });

    test('monitors are added in a dialog, and collected on the device', async () => {
      await page.goto('/policies/new?level=system&type=monitoring&name=Watch');
      await page.getByRole('button', { name: 'Add monitor' }).click();
      const monitor = dialog('Add monitor');
      await monitor.getByRole('button', { name: 'Add', exact: true }).click();
      await monitor.getByText('Fill this in.').first().waitFor();
      await monitor.getByLabel('Monitor type').selectOption('CPU');
      await monitor.getByLabel('Name', { exact: true }).fill('Processor busy');
      await monitor.getByRole('button', { name: 'Add a value' }).click();
      await monitor.getByLabel('Trigger details: name').fill('percent');
      await monitor.getByLabel('Trigger details: value of percent').fill('95');
      await monitor.getByLabel('Priority').selectOption('High');
      expect(await namelessControls(page)).toEqual([]);
      await monitor.getByRole('button', { name: 'Add', exact: true }).click();
      await page
        .getByRole('button', { name: /^Processor busy/ })
        .first()
        .waitFor();
      await page.getByRole('combobox', { name: 'Targets' }).fill('All dev');
      await page
        .getByRole('option', { name: /^All devices/ })
        .first()
        .waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Save and push' }).click();
      await dialog(/Save and push/)
        .getByText('comes: Processor busy')
        .waitFor();
      await dialog(/Save and push/)
        .getByRole('button', { name: /Save and push/ })
        .click();
      await said('saved and pushed');
      await deviceTab('Policies');
      const card = page.getByRole('region', { name: 'Monitoring: what holds' });
      await card.getByText('Processor busy').waitFor();
      await card.getByRole('link', { name: 'Watch' }).waitFor();
      await page.getByRole('switch', { name: 'Suspend monitoring' }).click();
      await said('are suspended');
      await page.getByRole('switch', { name: 'Suspend monitoring', checked: true }).waitFor();
    });

    test('the device shows where each setting comes from and what it overrides', async () => {
      await page.getByRole('button', { name: 'Add device policy' }).click();
      const fresh = dialog('New Device policy');
      await fresh.getByLabel('Name').fill('Here');
      await fresh.getByRole('button', { name: 'Continue' }).click();
      await setting('Active privacy mode').getByText('Off').click();
      await page.getByRole('button', { name: 'Save and push' }).click();
      await dialog(/Here/).getByRole('button', { name: 'Save and push to 1 device' }).click();
      await said('pushed to 1 device');
      const card = page.getByRole('region', { name: 'Agent: what holds' });
      await card.locator('del').getByText('On').waitFor();
      await card.getByText('overridden by the lower level').waitFor();
      await page.getByRole('region', { name: 'Delivery' }).getByText('In force').waitFor();
    });

    test('a policy is turned off for one Profile, after its plan', async () => {
      await page.goto(`/profiles/${await firstId('/profiles')}/policies`);
      await row('Standard').getByRole('switch').click();
      const off = dialog('Turn “Standard” off for this Profile');
      await off.getByText('1 device changes').waitFor();
      await off.getByRole('button', { name: 'Turn off' }).click();
      await said('is off for this Profile');
      await row('Standard').getByRole('switch', { checked: false }).waitFor();
    });

    test('a device tells why it is in a filter, and a filter why it lacks a device', async () => {
      await deviceTab('Summary');
      const filters = page.getByRole('region', { name: 'In these filters' });
      await filters.getByRole('button', { name: 'Why in Online?' }).click();
      await dialog(`Why ${name} is in “Online”`)
        .getByText(/Online/)
        .first()
        .waitFor();
      await page.keyboard.press('Escape');
      const where = { field: 'device.hostname', condition: 'equals', term: 'another' };
      await page.goto(`/filters/new?where=${encodeURIComponent(JSON.stringify(where))}`);
      const why = page.getByRole('region', { name: 'Why not?' });
      await why.getByRole('button', { name: 'Device: none chosen' }).click();
      await page.keyboard.type(name);
      await page.getByRole('option', { name }).waitFor();
      await page.keyboard.press('Enter');
      await why.getByText('Does not fit').waitFor();
      await why.getByText(`Seen: ${name}`).waitFor();
    });

    test('the plan stands before a deletion, and the policy goes', async () => {
      await page.goto('/system/policies');
      await page.getByRole('button', { name: 'Watch: actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await dialog('Delete “Watch”?').getByRole('button', { name: 'Delete policy' }).click();
      await said('was deleted');
      await row('Watch').waitFor({ state: 'detached' });
    });

    test('the views of policies have names for their controls, inks that can be read, and fit a phone', async () => {
      const [deviceId, profileId] = [await firstId('/devices'), await firstId('/profiles')];
      const policy = (await items('/policies')).find((one) => one.name === 'Standard')?.id;
      const views = [
        '/system/policies',
        '/system/policies?part=drift',
        `/profiles/${profileId}/policies`,
        `/policies/${policy}`,
        ...['agent', 'monitoring', 'patch-management', 'power', 'windows-update'].map(
          (type) => `/policies/new?level=system&type=${type}&name=Test`,
        ),
        `/devices/${deviceId}/policies`,
        `/devices/${deviceId}`,
      ];
      const problems: string[] = [];
      const visit = async (view: string) => {
        await page.goto(view);
        await page.locator('main :is(h1, h3)').first().waitFor();
        await page.locator('main [aria-label="Loading"]').first().waitFor({ state: 'detached' });
        await page.waitForTimeout(150);
      };
      // Leaving an editor with a new policy would ask.
      page.on('dialog', (question) => void question.accept());
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
      expect(problems).toEqual([]);
      expect(faults).toEqual([]);
    });
  },
);
