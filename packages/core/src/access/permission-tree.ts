import { RmmError } from '@rmm/protocol';
import type { PermissionDef } from '../plugin/plugin.js';
import type { PermissionSetting, RoleRow } from './access-models.js';
import { ACCOUNTADMIN } from './core-permissions.js';

/** What of a role decides its levels. */
export type Grants = Pick<RoleRow, 'builtIn' | 'permissions'>;

export interface Decision {
  readonly level: PermissionSetting;
  /** The permission whose setting holds: the one asked for, or the nearest above it. Undefined when none is set. */
  readonly by: string | undefined;
}

/** The permissions of all plugins: areas, and tabs that have their area's level unless a role sets one of their own. */
export class PermissionTree {
  readonly permissions: readonly PermissionDef[];
  /** By name: the permission itself, its parent, and so on up. */
  readonly #chains = new Map<string, readonly string[]>();

  /** @throws RmmError `PLUGIN_INVALID` for a parent that nobody declares, a cycle, or the reserved name */
  constructor(permissions: readonly PermissionDef[]) {
    this.permissions = permissions;
    const parents = new Map(permissions.map(({ name, parent }) => [name, parent]));
    if (parents.has(ACCOUNTADMIN)) {
      throw new RmmError('PLUGIN_INVALID', `No permission can be named "${ACCOUNTADMIN}": it means the built-in role`);
    }
    for (const { name } of permissions) this.#chains.set(name, chain(parents, name));
  }

  /** What a role grants of a permission; nothing of one that does not exist. */
  levelIn(role: Grants, permission: string): PermissionSetting {
    return this.decide(role, permission).level;
  }

  decide({ builtIn, permissions }: Grants, permission: string): Decision {
    if (builtIn) return { level: 'manage', by: undefined };
    for (const name of this.#chains.get(permission) ?? []) {
      const level = Object.hasOwn(permissions, name) ? permissions[name] : undefined;
      if (level) return { level, by: name };
    }
    return { level: 'disabled', by: undefined };
  }

  /** What a role grants of every permission. */
  levels(role: Grants): Record<string, PermissionSetting> {
    return Object.fromEntries(this.permissions.map(({ name }) => [name, this.levelIn(role, name)]));
  }
}

function chain(parents: ReadonlyMap<string, string | undefined>, of: string): readonly string[] {
  const names = [of];
  for (let at = parents.get(of); at !== undefined; at = parents.get(at)) {
    if (!parents.has(at)) {
      throw new RmmError(
        'PLUGIN_INVALID',
        `The permission "${names.at(-1)}" has the parent "${at}", which is not declared; declare it, or leave it out`,
      );
    }
    if (names.includes(at)) {
      throw new RmmError('PLUGIN_INVALID', `The permission "${of}" is above itself: ${[...names, at].join(' → ')}`);
    }
    names.push(at);
  }
  return names;
}
