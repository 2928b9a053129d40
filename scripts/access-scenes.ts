import type { Page } from 'playwright-core';
import { callApi } from '../test/e2e/call-api.js';
import { signIn } from '../test/e2e/sign-in.js';

interface Item {
  readonly id: string;
  readonly name: string;
}

const PASSWORD = 'no secret, only for a picture';
const ROLE = 'Clinic technicians';

/** Roles, their users, and one of these who tries what the role does not allow. */
export async function staff(page: Page): Promise<void> {
  const { items: profiles } = await callApi<{ items: Item[] }>(page, 'GET', '/profiles');
  const { items: groups } = await callApi<{ items: Item[] }>(page, 'GET', '/groups');
  const clinic = profiles.find(({ name }) => name === 'Harbour Clinic') ?? profiles[0];
  const technicians = await callApi<Item>(page, 'POST', '/roles', {
    name: ROLE,
    description: 'Look after the clinic, and whatever is due on Sundays',
    permissions: { system: 'view', profiles: 'view', devices: 'manage', jobs: 'manage', components: 'view' },
    tools: ['quickJobs', 'screenshot', 'vnc', 'notes', 'chat', 'restart'],
    visibility: {
      include: { profiles: clinic ? [clinic.id] : [], groups: groups.map(({ id }) => id), filters: [] },
      exclude: { profiles: [], groups: [], filters: [] },
    },
  });
  const auditors = await callApi<Item>(page, 'POST', '/roles', {
    name: 'Auditors',
    description: 'Read everything, change nothing',
    permissions: { system: 'view', profiles: 'view', components: 'view', jobs: 'view', account: 'view' },
  });
  for (const [name, roleIds, securityLevel] of [
    ['Tess Tanner', [technicians.id, auditors.id], 3],
    ['Omar Oduya', [technicians.id], 2],
    ['Ines Idar', [auditors.id], 1],
  ] as const) {
    await callApi(page, 'POST', '/users', { name, email: mailOf(name), roleIds, securityLevel, password: PASSWORD });
  }
  await overstep(page, mailOf('Tess Tanner'));
}

const mailOf = (name: string) => `${name.split(' ')[0]?.toLowerCase()}@example.com`;

async function overstep(page: Page, email: string): Promise<void> {
  const context = await page
    .context()
    .browser()
    ?.newContext({ baseURL: new URL(page.url()).origin });
  if (!context) return;
  const own = await context.newPage();
  await signIn(own, { email, password: PASSWORD });
  await callApi(own, 'POST', '/profiles', { name: 'Side business' }).catch(() => undefined);
  await context.close();
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('main :is(h1, h3)').first().waitFor();
  await page.locator('main [aria-label="Loading"]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
}

async function openRole(page: Page): Promise<void> {
  const { items } = await callApi<{ items: Item[] }>(page, 'GET', '/roles');
  await visit(page, `/account/roles/${items.find(({ name }) => name === ROLE)?.id}`);
}

async function viewAs(page: Page): Promise<void> {
  await stopViewing(page);
  await openRole(page);
  await page.getByRole('button', { name: 'View as this role' }).click();
  await page.getByText('You are looking as role').waitFor();
  await page.waitForURL(({ pathname }) => !pathname.startsWith('/account/'));
  await visit(page, '/system/devices');
}

async function stopViewing(page: Page): Promise<void> {
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  if (!(await stop.isVisible())) return;
  await stop.click();
  await stop.waitFor({ state: 'detached' });
  // The console goes back to the role by itself; whoever leaves before that is taken there after all.
  await page.waitForURL(/\/account\/roles\/[^/]+$/);
  await page.getByRole('heading', { level: 1 }).getByText(ROLE).waitFor();
}

async function showActivity(page: Page): Promise<void> {
  await stopViewing(page);
  await visit(page, '/account/activity');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('intact').waitFor();
}

/** In this order: the one after `view-as` ends it. */
export const ACCESS_SCENES = [
  { name: 'role-editor', show: openRole },
  { name: 'view-as', show: viewAs },
  { name: 'activity-log', show: showActivity },
] as const;
