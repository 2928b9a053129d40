// Takes the pictures in docs/screenshots from the real thing: `npx tsx scripts/screenshots.ts`, after a build. As root on
// Linux a few more agents run beside this machine's own, each under a host name of its own, so that lists are lists.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { callApi } from '../test/e2e/call-api.js';
import { launchChromium } from '../test/e2e/chromium.js';
import { startQuickstart } from '../test/e2e/quickstart-process.js';
import { ACCESS_SCENES, staff } from './access-scenes.js';
import { root } from './packages.js';

const FOLDER = join(root, 'docs', 'screenshots');
const AGENT = join(root, 'packages', 'agent-runtime', 'dist', 'rmm-agent.cjs');
const ROOMS = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Host names by Profile. */
const FLEET: Readonly<Record<string, readonly string[]>> = {
  'Harbour Clinic': ['clinic-db-01', 'clinic-web-01', 'clinic-web-02'],
  'Northwind Offices': ['nw-build-01', 'nw-files-01', 'nw-mail-01', 'nw-print-01'],
};
const OFFLINE = ['nw-print-01', 'clinic-web-02'];

interface Item {
  readonly id: string;
  readonly hostname: string;
  readonly name: string;
}

const agents = new Map<string, ChildProcess>();

/** An agent under another host name: a namespace of its own for the name, all else is this machine. */
function startAgent(hostname: string, token: string, folder: string): void {
  const child = spawn(
    'unshare',
    [
      '--uts',
      'sh',
      '-c',
      'hostname "$1"; shift; exec "$@"',
      'sh',
      hostname,
      process.execPath,
      AGENT,
      'run',
      '--data',
      join(folder, hostname),
    ],
    {
      env: { ...process.env, RMM_ENROLMENT_TOKEN: token },
      stdio: 'ignore',
    },
  );
  agents.set(hostname, child);
}

async function stopAgent(hostname: string): Promise<void> {
  const child = agents.get(hostname);
  agents.delete(hostname);
  if (!child || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function makeFleet(page: Page, folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return;
  for (const [profile, hostnames] of Object.entries(FLEET)) {
    const { id } = await callApi<Item>(page, 'POST', '/profiles', { name: profile });
    const { token } = await callApi<{ token: string }>(page, 'POST', `/profiles/${id}/enrolments`, { uses: null });
    for (const hostname of hostnames) startAgent(hostname, token, folder);
  }
  const wanted = Object.values(FLEET).flat().length + 1;
  for (;;) {
    const { items } = await callApi<{ items: { lastAuditAt: string | null }[] }>(page, 'GET', '/devices');
    if (items.filter(({ lastAuditAt }) => lastAuditAt !== null).length === wanted) break;
    await page.waitForTimeout(500);
  }
  for (const hostname of OFFLINE) await stopAgent(hostname);
}

/** What technicians would have made in their first days. */
async function furnish(page: Page): Promise<void> {
  const { items: devices } = await callApi<{ items: Item[] }>(page, 'GET', '/devices');
  const idsOf = (pattern: RegExp) => devices.filter(({ hostname }) => pattern.test(hostname)).map(({ id }) => id);
  const some = (pattern: RegExp) => (idsOf(pattern).length > 0 ? idsOf(pattern) : devices.map(({ id }) => id));
  const tag = (pattern: RegExp, ...add: string[]) =>
    callApi(page, 'POST', '/devices/tag', { deviceIds: some(pattern), add });
  await tag(/web/, 'web', 'production');
  await tag(/db|files/, 'backup');
  await tag(/build/, 'lab');
  await callApi(page, 'POST', '/devices/favourite', { deviceIds: some(/db|mail/), favourite: true });
  for (const [pattern, description] of [
    [/db-01/, 'Patient records, PostgreSQL'],
    [/web-0/, 'Appointments portal'],
    [/mail/, 'Mail relay'],
    [/files/, 'Team shares'],
    [/build/, 'Build and test runner'],
  ] as const) {
    for (const id of idsOf(pattern)) await callApi(page, 'PATCH', `/devices/${id}`, { description });
  }
  const filter = (name: string, node: object) => callApi(page, 'POST', '/filters', { name, filter: node });
  await filter('Backup sources', { field: 'device.tags', condition: 'equals', term: 'backup' });
  await filter('OpenSSL before 3.1', {
    some: 'software',
    all: [
      { field: 'software.name', condition: 'equals', term: 'openssl' },
      { field: 'software.version', condition: 'versionBelow', term: '3.1' },
    ],
  });
  const group = await callApi<Item>(page, 'POST', '/groups', { name: 'Maintenance Sunday', kind: 'system-devices' });
  await callApi(page, 'POST', `/groups/${group.id}/devices`, { deviceIds: some(/web|mail/) });
  await callApi(page, 'POST', '/components', {
    name: 'Check certificate expiry',
    language: 'bash',
    script: 'openssl x509 -enddate -noout -in "$FILE"',
    category: 'Security',
    description: 'Tells until when a certificate is valid.',
    variables: [{ name: 'FILE', type: 'string', required: true }],
  });
  const run = (name: string, text: string, pattern: RegExp) =>
    callApi(page, 'POST', '/jobs', { name, script: { language: 'bash', text }, deviceIds: some(pattern) });
  await run('Clean package cache', 'apt-get clean; df -h / | tail -1', /web|files/);
  await run('Check mail queue', 'echo "queue directory is missing" >&2; exit 2', /mail/);
  await page.waitForTimeout(2500);
}

/** Policies of three types and two levels, most of them pushed; each enforces, overrides or adds something. */
async function makePolicies(page: Page): Promise<void> {
  const { items: filters } = await callApi<{ items: Item[] }>(page, 'GET', '/filters');
  const { items: profiles } = await callApi<{ items: Item[] }>(page, 'GET', '/profiles');
  const target = (name: string) => filters.filter((one) => one.name === name).map(({ id }) => ({ kind: 'filter', id }));
  const make = async (policy: object, push = true) => {
    const { id } = await callApi<Item>(page, 'POST', '/policies', policy);
    if (push) await callApi(page, 'POST', '/policies/push', { policyIds: [id] });
    return id;
  };
  const everywhere = target('All devices');
  await make({
    name: 'Agents, standard',
    type: 'agent',
    level: 'system',
    targets: everywhere,
    enforced: true,
    settings: { privacyMode: true, disableSettings: true, browserMode: 'user' },
  });
  const power = await make({
    name: 'Save power at night',
    type: 'power',
    level: 'system',
    targets: everywhere,
    settings: { plan: 'balanced', displayOffMinutesPluggedIn: 15, sleepMinutesOnBattery: 20 },
  });
  await make({
    name: 'Base monitors',
    type: 'monitoring',
    level: 'system',
    targets: [...everywhere, ...target('Backup sources')],
    settings: {
      monitors: [
        {
          id: 'disk',
          kind: 'disk-usage',
          name: 'Disk nearly full',
          details: { freePercent: 10 },
          alert: { priority: 'critical' },
        },
        {
          id: 'cpu',
          kind: 'cpu',
          name: 'Processor busy',
          details: { percent: 95, minutes: 10 },
          alert: { priority: 'high' },
        },
      ],
    },
  });
  await make(
    {
      name: 'Patches on Sunday',
      type: 'patch-management',
      level: 'system',
      targets: target('Linux'),
      settings: { windowDays: ['sunday'], windowStart: '02:30', windowMinutes: 180, restart: 'when-needed' },
    },
    false,
  );
  const clinic = profiles.find(({ name }) => name === 'Harbour Clinic') ?? profiles[0];
  await make({
    name: 'Clinic never sleeps',
    type: 'power',
    level: 'profile',
    profileId: clinic?.id,
    targets: everywhere,
    settings: { plan: 'high-performance', sleepMinutesOnBattery: 0 },
  });
  await callApi(page, 'PATCH', `/policies/${power}`, { settings: { plan: 'power-saver', sleepMinutesOnBattery: 15 } });
  await page.waitForTimeout(2500);
}

interface Scene {
  readonly name: string;
  readonly show: (page: Page) => Promise<void>;
}

const visit = async (page: Page, path: string) => {
  await page.goto(path);
  await page.locator('main :is(h1, h3)').first().waitFor();
  await page.locator('main [aria-label="Loading"]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(300);
};

const device = async (page: Page): Promise<string> => {
  const { items } = await callApi<{ items: Item[] }>(page, 'GET', '/devices?search=db-01');
  const { items: all } = await callApi<{ items: Item[] }>(page, 'GET', '/devices');
  return (items[0] ?? all[0])?.id ?? '';
};

const SCRIPT = `echo "Updating package lists on $(hostname)"
for list in main updates security; do
  echo "  reading $list …"; sleep 0.7
done
df -h / | tail -1
echo "note: 2 packages are held back" >&2
sleep 6
echo "done"`;

async function buildFilter(page: Page): Promise<void> {
  const where = {
    all: [
      { field: 'os.family', condition: 'equals', term: 'linux' },
      { field: 'hardware.memoryGb', condition: '>=', term: 8 },
      {
        any: [
          { field: 'disk.freePercent', condition: '<', term: 10 },
          { field: 'device.tags', condition: 'equals', term: 'backup' },
          { field: 'device.tags', condition: 'equals', term: 'production' },
        ],
      },
      {
        some: 'software',
        all: [
          { field: 'software.name', condition: 'equals', term: 'openssl' },
          { field: 'software.version', condition: 'versionBelow', term: '3.1' },
        ],
      },
    ],
  };
  await visit(page, `/filters/new?where=${encodeURIComponent(JSON.stringify(where))}`);
  await page.getByLabel('Name').fill('Linux servers to look after');
  await page.getByLabel('Description').fill('Full, backed up or in production, with an old OpenSSL');
  await page.locator('h1').click();
  await page.waitForTimeout(600);
}

async function watchJob(page: Page): Promise<void> {
  const { items } = await callApi<{ items: Item[] }>(page, 'GET', '/devices');
  const job = await callApi<Item>(page, 'POST', '/jobs', {
    name: 'Update package lists',
    script: { language: 'bash', text: SCRIPT },
    deviceIds: items.map(({ id }) => id),
  });
  await visit(page, `/jobs/${job.id}`);
  await page.waitForTimeout(3300);
}

async function planPolicy(page: Page): Promise<void> {
  const { items } = await callApi<{ items: Item[] }>(page, 'GET', '/policies');
  await visit(page, `/policies/${items.find(({ name }) => name === 'Save power at night')?.id}`);
  await page.getByLabel('Turn off display, plugged in').fill('10');
  await page.getByRole('button', { name: 'Save and push' }).click();
  await page.getByRole('dialog').locator('table').first().waitFor();
  await page.waitForTimeout(300);
}

async function explainFilter(page: Page): Promise<void> {
  const { items } = await callApi<{ items: Item[] }>(page, 'GET', '/filters');
  await visit(page, `/system/devices?filter=${items.find(({ name }) => name === 'Backup sources')?.id}`);
  await page.locator('tbody tr').first().focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').locator('.reason-tree').waitFor();
  await page.waitForTimeout(300);
}

const SCENES: readonly Scene[] = [
  { name: 'dashboard', show: (page) => visit(page, '/') },
  { name: 'device-list', show: (page) => visit(page, '/system/devices') },
  { name: 'device', show: async (page) => visit(page, `/devices/${await device(page)}`) },
  { name: 'device-audit', show: async (page) => visit(page, `/devices/${await device(page)}/audit`) },
  { name: 'device-software', show: async (page) => visit(page, `/devices/${await device(page)}/audit?part=software`) },
  { name: 'filter-editor', show: buildFilter },
  { name: 'policies', show: (page) => visit(page, '/system/policies') },
  { name: 'policy-plan', show: planPolicy },
  { name: 'device-policies', show: async (page) => visit(page, `/devices/${await device(page)}/policies`) },
  { name: 'filter-explained', show: explainFilter },
  { name: 'running-job', show: watchJob },
  ...ACCESS_SCENES,
];
const inTheme = (name: string, theme: 'light' | 'dark') => (theme === 'dark' ? `${name}-dark` : name);
const PHONE_SCENES = ['dashboard', 'device-list', 'device', 'policies', 'device-policies'];

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'rmm-screenshots-'));
  const quickstart = await startQuickstart();
  const browser = await launchChromium();
  const shoot = async (page: Page, name: string) => {
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    console.log(`${name}.png`);
  };
  try {
    const context = await browser.newContext({ viewport: ROOMS, baseURL: quickstart.url, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto('/');
    await page.getByLabel('E-mail').fill(quickstart.email);
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(200);
      await shoot(page, inTheme('sign-in', theme));
    }
    await page.getByLabel('Password').fill(quickstart.password);
    await page.keyboard.press('Enter');
    await page.locator('.topbar').waitFor();
    await makeFleet(page, folder);
    await furnish(page);
    await makePolicies(page);
    await staff(page);
    for (const { name, show } of SCENES) {
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await show(page);
        await shoot(page, inTheme(name, theme));
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
    for (const { name, show } of SCENES.filter((scene) => PHONE_SCENES.includes(scene.name))) {
      await show(page);
      await shoot(page, `${name}-phone`);
    }
  } finally {
    await browser.close();
    for (const hostname of [...agents.keys()]) await stopAgent(hostname);
    await quickstart.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
