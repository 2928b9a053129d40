import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { accessContract } from './access-contract.js';
import type { RoleRow, UserRow } from './access-models.js';
import { ACCOUNTADMIN } from './core-permissions.js';
import { neededPermissions, suffices } from './needed-level.js';
import type { PermissionTree } from './permission-tree.js';
import { roleOf } from './role-of.js';
import { userOf } from './user-of.js';
import { visibilityRef } from './visibility-service.js';

type Question = Static<typeof accessContract.explain.input>;
type Ground = Static<typeof accessContract.explain.output>['grounds'][number];

/** Tells why a user or a role may or may not do something: by the same rules as the door, in words. */
export function explainOperations(context: PluginContext, tree: PermissionTree): readonly Operation[] {
  return implement('access', accessContract, {
    explain: async ({ data, systemId }, question) => {
      const operation = context.operation(question.operation);
      if (!operation) throw unknownOperation(question.operation);
      const { user, role } = await asked(data, question);
      const grounds = [
        ...accountGround(user),
        ...permissionGrounds(tree, role, operation),
        ...toolGround(role, operation),
      ];
      if (question.deviceId !== undefined) {
        const shown = context.use(visibilityRef);
        const { visible, reason } = role.builtIn
          ? { visible: true, reason: `${named(role)} shows every device` }
          : await shown.explain(systemId, role.visibility, question.deviceId);
        grounds.push({ ground: 'visibility', allowed: visible, reason });
      }
      return { allowed: grounds.every(({ allowed }) => allowed), grounds };
    },
  });
}

async function asked(
  data: Data,
  { userId, roleId }: Question,
): Promise<{ readonly user?: UserRow; readonly role: RoleRow }> {
  if (userId !== undefined && roleId === undefined) {
    const user = await userOf(data, userId);
    return { user, role: await roleOf(data, user.roleId) };
  }
  if (roleId !== undefined && userId === undefined) return { role: await roleOf(data, roleId) };
  const message = 'name either a userId or a roleId';
  throw new RmmError('INVALID_INPUT', `userId: ${message}`, { details: { issues: [{ path: '/userId', message }] } });
}

function accountGround(user: UserRow | undefined): Ground[] {
  if (!user) return [];
  const reason = user.disabled ? `The user ${user.name} is disabled` : `The user ${user.name} is active`;
  return [{ ground: 'account', allowed: !user.disabled, reason }];
}

function permissionGrounds(tree: PermissionTree, role: RoleRow, { contract }: Operation): Ground[] {
  const { requires, kind } = contract;
  const ground = (allowed: boolean, reason: string): Ground => ({ ground: 'permission', allowed, reason });
  switch (requires) {
    case 'signed-in':
      return [ground(true, 'Everyone who is signed in may do this')];
    case 'accountadmin':
      return [ground(role.builtIn, `Only the role ${ACCOUNTADMIN} may do this`)];
    case 'agent':
      return [ground(false, 'Only agents may do this')];
    case 'host':
      return [ground(false, 'Only the program that the server is part of may do this')];
  }
  return neededPermissions(kind, requires).map(({ permission, needed }) => {
    const { level } = tree.decide(role, permission);
    const asking = `“${labelIn(tree, permission)}” must be ${needed}`;
    return ground(suffices(level, needed), `${asking}: ${whyLevel(tree, role, permission)}`);
  });
}

const labelIn = (tree: PermissionTree, name: string): string =>
  tree.permissions.find((permission) => permission.name === name)?.label ?? name;

function whyLevel(tree: PermissionTree, role: RoleRow, permission: string): string {
  const { level, by } = tree.decide(role, permission);
  if (role.builtIn) return `${named(role)} has every permission`;
  if (by === undefined) return `${named(role)} sets neither it nor what is above it`;
  if (by === permission) return `${named(role)} sets it to ${level}`;
  return `${named(role)} does not set it, and has it from “${labelIn(tree, by)}”, which is ${level}`;
}

function toolGround({ builtIn, tools, ...role }: RoleRow, { contract: { requires } }: Operation): Ground[] {
  if (typeof requires === 'string' || requires.tool === undefined) return [];
  const allowed = builtIn || tools.includes(requires.tool);
  return [
    {
      ground: 'tool',
      allowed,
      reason: `${named(role)} ${allowed ? 'has' : 'does not have'} the agent tool “${requires.tool}”`,
    },
  ];
}

const named = ({ name }: Pick<RoleRow, 'name'>): string => `The role “${name}”`;

function unknownOperation(name: string): RmmError {
  return new RmmError('UNKNOWN_OPERATION', `There is no operation named "${name}"; write it as in devices.move`);
}
