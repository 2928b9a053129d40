import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { cleanName } from '../hierarchy/unique-name.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PermissionDef, PluginContext } from '../plugin/plugin.js';
import { rolesContract } from './access-contract.js';
import { type PermissionSetting, type RoleRow, roleModel, userModel } from './access-models.js';
import { assertGrantable } from './assert-grantable.js';
import { type Directory, levelIn } from './directory.js';
import { roleOf } from './role-of.js';

/** Roles: what their members may see and manage. */
export function roleOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  const view = async (data: Data, role: RoleRow) => ({
    ...role,
    permissions: effective(context.permissions, role),
    members: await data.count(userModel, { roleId: role.id }),
  });
  return implement('roles', rolesContract, {
    list: async ({ data }) => {
      const roles = await data.find(roleModel, { order: [{ field: 'name' }] });
      const items = [];
      for (const role of roles) items.push(await view(data, plain(role)));
      return { items, permissions: [...context.permissions] };
    },

    create: async ({ data, emit, actor }, { description = '', permissions, ...input }) => {
      assertKnown(context.permissions, permissions);
      const name = cleanName(input.name);
      await assertFree(data, name);
      const role: RoleRow = { id: context.ids.next(), name, description, builtIn: false, permissions };
      await assertGrantable(directory, context.permissions, actor, { role });
      await data.insert(roleModel, role);
      emit('role.changed', { roleId: role.id, change: 'created' });
      return view(data, role);
    },

    update: async ({ data, emit, afterCommit, systemId, actor }, { roleId, permissions, name, ...set }) => {
      const role = await changeable(data, roleId);
      assertKnown(context.permissions, permissions ?? {});
      const named = { ...role, ...set, ...(name !== undefined && { name: cleanName(name) }) };
      if (named.name !== role.name) await assertFree(data, named.name);
      const after: RoleRow = { ...named, permissions: { ...role.permissions, ...permissions } };
      for (const either of [role, after])
        await assertGrantable(directory, context.permissions, actor, { role: either });
      await data.put(roleModel, after);
      afterCommit(() => directory.forget(systemId));
      emit('role.changed', { roleId, change: 'updated' });
      return view(data, after);
    },

    remove: async ({ data, emit, actor }, { roleId }) => {
      const role = await changeable(data, roleId);
      await assertGrantable(directory, context.permissions, actor, { role });
      const members = await data.count(userModel, { roleId });
      if (members > 0) {
        throw new RmmError('IN_USE', `${members} users have this role; give them another one first`, {
          details: { members },
        });
      }
      await data.remove(roleModel, { id: roleId });
      emit('role.changed', { roleId, change: 'removed' });
      return {};
    },
  });
}

const plain = ({ id, name, description, builtIn, permissions }: RoleRow): RoleRow => ({
  id,
  name,
  description,
  builtIn,
  permissions,
});

async function changeable(data: Data, id: string): Promise<RoleRow> {
  const role = await roleOf(data, id);
  if (role.builtIn)
    throw new RmmError('BUILT_IN', `The role ${role.name} cannot be changed or deleted; make another role`);
  return plain(role);
}

async function assertFree(data: Data, name: string): Promise<void> {
  if (await data.one(roleModel, { name }))
    throw new RmmError('CONFLICT', `There is already a role named “${name}”; choose another name`);
}

function assertKnown(known: readonly PermissionDef[], permissions: Readonly<Record<string, unknown>>): void {
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(permissions).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const message = `is not a permission; there are ${names.join(', ')}`;
  throw new RmmError('INVALID_INPUT', `permissions.${unknown} ${message}`, {
    details: { issues: [{ path: `/permissions/${unknown}`, message }] },
  });
}

function effective(known: readonly PermissionDef[], role: RoleRow): Record<string, PermissionSetting> {
  return Object.fromEntries(known.map(({ name }) => [name, levelIn(role, name)]));
}
