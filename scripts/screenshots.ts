// Takes the pictures in docs/screenshots from the real thing: `npx tsx scripts/screenshots.ts`, after a build. As root on
// Linux a few more agents run beside this machine's own, each under a host name of its own, so that lists are lists.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/e2e/chromium.js';
import { startQuickstart } from '../test/e2e/quickstart-process.js';
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

/** Calls the API as the page does, with its session. */
async function api<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  return (await page.evaluate(
    async ([verb, address, json]) => {
      const { token } = (await (await fetch('/api/v1/csrf')).json()) as { token: string };
      const headers = { 'content-type': 'application/json', 'x-rmm-csrf': token };
      const response = await fetch(`/api/v1${address}`, { method: verb, headers, ...(json && { body: json }) });
      if (!response.ok) throw new Error(`${verb} ${address}: ${await response.text()}`);
      return response.json();
    },
    [method, path, body ? JSON.stringify(body) : ''] as const,
  )) as T;
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
    const { id } = await api<Item>(page, 'POST', '/profiles', { name: profile });
    const { token } = await api<{ token: string }>(page, 'POST', `/profiles/${id}/enrolments`, { uses: null });
    for (const hostname of hostnames) startAgent(hostname, token, folder);
  }
  const wanted = Object.values(FLEET).flat().length + 1;
  for (;;) {
    const { items } = await api<{ items: { lastAuditAt: string | null }[] }>(page, 'GET', '/devices');
    if (items.filter(({ lastAuditAt }) => lastAuditAt !== null).length === wanted) break;
    await page.waitForTimeout(500);
  }
  for (const hostname of OFFLINE) await stopAgent(hostname);
}

/** What technicians would have made in their first days. */
async function furnish(page: Page): Promise<void> {
  const { items: devices } = await api<{ items: Item[] }>(page, 'GET', '/devices');
  const idsOf = (pattern: RegExp) => devices.filter(({ hostname }) => pattern.test(hostname)).map(({ id }) => id);
  const some = (pattern: RegExp) => (idsOf(pattern).length > 0 ? idsOf(pattern) : devices.map(({ id }) => id));
  const tag = (pattern: RegExp, ...add: string[]) =>
    api(page, 'POST', '/devices/tag', { deviceIds: some(pattern), add });
  await tag(/web/, 'web', 'production');
  await tag(/db|files/, 'backup');
  await tag(/build/, 'lab');
  await api(page, 'POST', '/devices/favourite', { deviceIds: some(/db|mail/), favourite: true });
  for (const [pattern, description] of [
    [/db-01/, 'Patient records, PostgreSQL'],
    [/web-0/, 'Appointments portal'],
    [/mail/, 'Mail relay'],
    [/files/, 'Team shares'],
    [/build/, 'Build and test runner'],
  ] as const) {
    for (const id of idsOf(pattern)) await api(page, 'PATCH', `/devices/${id}`, { description });
  }
  const filter = (name: string, node: object) => api(page, 'POST', '/filters', { name, filter: node });
  await filter('Backup sources', { field: 'device.tags', condition: 'equals', term: 'backup' });
  await filter('OpenSSL before 3.1', {
    some: 'software',
    all: [
      { field: 'software.name', condition: 'equals', term: 'openssl' },
      { field: 'software.version', condition: 'versionBelow', term: '3.1' },
    ],
  });
  const group = await api<Item>(page, 'POST', '/groups', { name: 'Maintenance Sunday', kind: 'system-devices' });
  await api(page, 'POST', `/groups/${group.id}/devices`, { deviceIds: some(/web|mail/) });
  await api(page, 'POST', '/components', {
    name: 'Check certificate expiry',
    language: 'bash',
    script: 'openssl x509 -enddate -noout -in "$FILE"',
    category: 'Security',
    description: 'Tells until when a certificate is valid.',
    variables: [{ name: 'FILE', type: 'string', required: true }],
  });
  const run = (name: string, text: string, pattern: RegExp) =>
    api(page, 'POST', '/jobs', { name, script: { language: 'bash', text }, deviceIds: some(pattern) });
  await run('Clean package cache', 'apt-get clean; df -h / | tail -1', /web|files/);
  await run('Check mail queue', 'echo "queue directory is missing" >&2; exit 2', /mail/);
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
  const { items } = await api<{ items: Item[] }>(page, 'GET', '/devices?search=db-01');
  const { items: all } = await api<{ items: Item[] }>(page, 'GET', '/devices');
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
  const { items } = await api<{ items: Item[] }>(page, 'GET', '/devices');
  const job = await api<Item>(page, 'POST', '/jobs', {
    name: 'Update package lists',
    script: { language: 'bash', text: SCRIPT },
    deviceIds: items.map(({ id }) => id),
  });
  await visit(page, `/jobs/${job.id}`);
  await page.waitForTimeout(3300);
}

const SCENES: readonly Scene[] = [
  { name: 'dashboard', show: (page) => visit(page, '/') },
  { name: 'device-list', show: (page) => visit(page, '/system/devices') },
  { name: 'device', show: async (page) => visit(page, `/devices/${await device(page)}`) },
  { name: 'device-audit', show: async (page) => visit(page, `/devices/${await device(page)}/audit`) },
  { name: 'device-software', show: async (page) => visit(page, `/devices/${await device(page)}/audit?part=software`) },
  { name: 'filter-editor', show: buildFilter },
  { name: 'running-job', show: watchJob },
];
const inTheme = (name: string, theme: 'light' | 'dark') => (theme === 'dark' ? `${name}-dark` : name);
const PHONE_SCENES = ['dashboard', 'device-list', 'device'];

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
