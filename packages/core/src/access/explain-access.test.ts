import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declare } from '../operation/contract.js';
import { implement } from '../operation/operation.js';
import { Nothing } from '../operation/schema.js';
import { definePlugin } from '../plugin/plugin.js';
import type { UserActor } from '../port/actor.js';
import { type FurnishedSystem, furnishSystem } from '../test-support/furnished-system.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { LEVELS } from './access-contract.js';
import { AGENT_TOOLS } from './agent-tools.js';

const look = declare({
  kind: 'query',
  summary: 'Look at a screen',
  requires: { permission: 'devices', tool: 'screenshot' },
  input: Nothing,
  output: Nothing,
});
const restart = { ...look, kind: 'command' as const, requires: { permission: 'devices', tool: 'restart' as const } };
const toolsPlugin = definePlugin({
  id: 'tools',
  compat: '*',
  setup: () => ({
    operations: implement('screens', { look, restart }, { look: async () => ({}), restart: async () => ({}) }),
  }),
});

let server: TestRmm;
let system: FurnishedSystem;
let roleId: string;
let user: UserActor;
const nothing = { profiles: [], groups: [], filters: [] };

beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }), plugins: [toolsPlugin] });
  system = await furnishSystem(server, 'here');
  const { api, host } = system;
  roleId = (await api.roles.create({ name: 'Technicians' })).id;
  const { id } = await api.users.create({ name: 'Uma', email: 'u@example.org', account: 'u', roleIds: [roleId] });
  user = { kind: 'user', systemId: host.systemId, userId: id };
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whether the door lets the user in; what is asked for is never done, for the input is junk. */
async function isLetIn(operation: string): Promise<boolean> {
  const error = await server.rmm.call(user, operation, { junk: true }).catch((thrown: unknown) => thrown);
  if (isRmmError(error, 'FORBIDDEN')) return false;
  if (isRmmError(error, 'INVALID_INPUT')) return true;
  throw new Error(`${operation}: ${String(error)}`);
}

test('the explanation is the door’s verdict, for any role and every operation', async () => {
  const { api } = system;
  const names = [...server.rmm.operations.keys()];
  const { permissions } = await api.roles.list();
  const settings = fc.dictionary(fc.constantFrom(...permissions.map(({ name }) => name)), fc.constantFrom(...LEVELS));
  await fc.assert(
    fc.asyncProperty(settings, fc.subarray([...AGENT_TOOLS]), async (granted, tools) => {
      await api.roles.update({ roleId, permissions: granted, tools });
      for (const operation of names) {
        const { allowed } = await api.access.explain({ userId: user.userId, operation });
        expect({ operation, allowed }).toEqual({ operation, allowed: await isLetIn(operation) });
      }
    }),
    { numRuns: 3 },
  );
});

describe('the grounds', () => {
  const explain = async (operation: string, more: { deviceId?: string; userId?: string } = {}) => {
    const who = more.userId === undefined ? { roleId } : {};
    return (await system.api.access.explain({ ...who, operation, ...more })).grounds;
  };

  test('name the setting that decides, and from where it is inherited', async () => {
    const { api } = system;
    await api.roles.update({ roleId, permissions: { profiles: 'view', policies: 'manage' }, tools: ['restart'] });
    const reasonOf = async (operation: string) => (await explain(operation)).map(({ reason }) => reason).join('; ');
    expect(await reasonOf('devices.move')).toBe(
      '“Devices” must be manage: The role “Technicians” does not set it, and has it from “Profiles”, which is view',
    );
    expect(await reasonOf('policies.remove')).toContain('sets it to manage');
    expect(await reasonOf('jobs.list')).toContain('sets neither it nor what is above it');
    expect(await reasonOf('screens.look')).toContain('does not have the agent tool “screenshot”');
    expect(await explain('screens.restart')).toMatchObject([
      { ground: 'permission', allowed: false },
      { ground: 'tool', allowed: true },
    ]);
    const admin = (await api.roles.list()).items.find(({ builtIn }) => builtIn)?.id ?? '';
    const all = await api.access.explain({
      roleId: admin,
      operation: 'screens.restart',
      deviceId: String(system.known.deviceId),
    });
    expect(all).toMatchObject({ allowed: true, grounds: [{ allowed: true }, { allowed: true }, { allowed: true }] });
  });

  test('name what shows or hides the device', async () => {
    const { api, known } = system;
    const deviceId = String(known.deviceId);
    const profiles = [String(known.profileId)];
    await api.roles.update({
      roleId,
      permissions: { devices: 'view' },
      visibility: { include: { ...nothing, profiles }, exclude: nothing },
    });
    const seen = async () => (await explain('devices.get', { deviceId })).at(-1);
    expect(await seen()).toMatchObject({
      ground: 'visibility',
      allowed: true,
      reason: expect.stringContaining('Profile here'),
    });
    await server.rmm.as(user).devices.get({ deviceId });
    const groups = [String(known.groupId)];
    await api.roles.update({ roleId, visibility: { include: null, exclude: { ...nothing, groups } } });
    expect(await seen()).toMatchObject({ allowed: false, reason: expect.stringContaining('Group here') });
    await expect(server.rmm.as(user).devices.get({ deviceId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('begin with the account', async () => {
    const { api } = system;
    const { userId } = user;
    const [account, ...others] = await explain('session.get', { userId });
    expect(account).toMatchObject({ ground: 'account', allowed: true });
    expect(others).toEqual(await explain('session.get'));
    await api.users.update({ userId, disabled: true });
    const refused = await api.access.explain({ userId, operation: 'session.get' });
    expect(refused).toMatchObject({ allowed: false, grounds: [{ allowed: false }, { allowed: true }] });
    await api.users.update({ userId, disabled: false });
  });

  test('are asked for one user or one role, one operation and one device that exist', async () => {
    const ask = (question: { userId?: string; roleId?: string; operation: string; deviceId?: string }) =>
      system.api.access.explain(question);
    const operation = 'jobs.list';
    await expect(ask({ operation })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(ask({ operation, roleId, userId: user.userId })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(ask({ operation: 'jobs.fly', roleId })).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' });
    for (const wrong of [{ roleId: 'x' }, { userId: 'x' }, { roleId, deviceId: 'x' }]) {
      await expect(ask({ operation, ...wrong })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});
