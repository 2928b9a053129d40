import type { RoleVisibility } from '../access/access-contract.js';
import type { PermissionSetting } from '../access/access-models.js';
import type { RmmApi } from '../core-api.js';
import type { HostActor, UserActor } from '../port/actor.js';
import { TestAgent } from '../testing/test-agent.js';
import type { TestRmm } from '../testing/test-rmm.js';

/** A System with one of everything, and what it is called. */
export interface FurnishedSystem {
  readonly host: HostActor & { readonly systemId: string };
  readonly api: RmmApi;
  readonly agent: TestAgent;
  /** Values by the names that operations' inputs have for them. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Texts that nobody of another System may ever see. */
  readonly secrets: readonly string[];
}

export async function furnishSystem(server: TestRmm, name: string): Promise<FurnishedSystem> {
  const host = await server.system(`System ${name}`);
  const api = server.rmm.as(host);
  const profileId = (await api.profiles.create({ name: `Profile ${name}` })).id;
  const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname: `device-${name}` });
  const { deviceId } = agent;
  await agent.connect();
  await agent.audit();
  const groupId = (await api.groups.create({ name: `Group ${name}`, kind: 'system-devices' })).id;
  await api.groups.addDevices({ groupId, deviceIds: [deviceId] });
  const filterId = (await api.filters.create({ name: `Filter ${name}`, filter: { all: [] } })).id;
  const noteId = (await api.notes.add({ deviceId, text: `Note ${name}` })).id;
  const enrolmentId = (await api.enrolments.create({ profileId })).id;
  await api.variables.set({ name: 'V', value: `Value ${name}` });
  const script = { language: 'shell', script: `echo "Script ${name}"` } as const;
  const componentId = (await api.components.create({ name: `Component ${name}`, ...script })).id;
  const jobId = (await api.jobs.run({ componentId, deviceIds: [deviceId] })).id;
  const executionId = (await api.jobs.executions({ jobId })).items[0]?.id ?? '';
  const policy = {
    name: `Policy ${name}`,
    type: 'agent',
    level: 'system',
    targets: [{ kind: 'filter', id: filterId }],
  } as const;
  const policyId = (await api.policies.create({ ...policy, targets: [...policy.targets] })).id;
  const roleId = (await api.roles.create({ name: `Role ${name}`, permissions: {} })).id;
  const user = { name: `User ${name}`, email: `user@${name}.example`, account: `account-${name}`, roleIds: [roleId] };
  const userId = (await api.users.create(user)).id;
  const ids = {
    profileId,
    deviceId,
    groupId,
    filterId,
    noteId,
    enrolmentId,
    componentId,
    jobId,
    executionId,
    policyId,
    roleId,
    userId,
  };
  return {
    host,
    api,
    agent,
    known: {
      ...ids,
      deviceIds: [deviceId],
      profileIds: [profileId],
      scope: [profileId],
      roleIds: [roleId],
      memberIds: [userId],
      policyIds: [policyId],
      copyOf: policyId,
      type: 'agent',
      id: executionId,
      ids: [executionId],
    },
    secrets: [...Object.values(ids), host.systemId, user.name, user.email, user.account, `device-${name}`],
  };
}

/** Makes a user whose role has one level in all permissions, or as given, and shows everything, or what is given. */
export async function makeUser(
  { host, api }: Pick<FurnishedSystem, 'host' | 'api'>,
  name: string,
  level: PermissionSetting | Readonly<Record<string, PermissionSetting>>,
  visibility?: RoleVisibility,
): Promise<UserActor> {
  const { permissions } = await api.roles.list();
  const granted =
    typeof level === 'string' ? Object.fromEntries(permissions.map((permission) => [permission.name, level])) : level;
  const terms = { permissions: granted, ...(visibility && { visibility }) };
  const role = await api.roles.create({ name: `Role of ${name}`, ...terms });
  const account = `${host.systemId}-${name}`;
  const { id } = await api.users.create({ name, email: `${name}@users.example`, account, roleIds: [role.id] });
  return { kind: 'user', systemId: host.systemId, userId: id };
}
