import { RmmError } from '@rmm/protocol';
import { ACCOUNTADMIN } from '../access/core-permissions.js';
import type { Model } from '../data/model.js';
import type { PolicyTypeDef } from '../policy/policy-type.js';
import type { PermissionDef, RmmPlugin } from './plugin.js';
import type { ThingDef } from './thing.js';

/** Every model once; plugins may share one, but not two by the same name. @throws RmmError `PLUGIN_INVALID` */
export function modelsOf(server: readonly Model<object>[], plugins: readonly RmmPlugin[]): readonly Model<object>[] {
  const byName = new Map<string, Model<object>>();
  for (const model of [...server, ...plugins.flatMap((plugin) => plugin.models ?? [])]) {
    const other = byName.get(model.def.name);
    if (other && other !== model) {
      throw new RmmError(
        'PLUGIN_INVALID',
        `Two models are named "${model.def.name}"; prefix yours with the plugin's id`,
      );
    }
    byName.set(model.def.name, model);
  }
  return [...byName.values()];
}

/** @throws RmmError `PLUGIN_INVALID` for a permission that is declared twice */
export function permissionsOf(plugins: readonly RmmPlugin[]): readonly PermissionDef[] {
  const permissions = plugins.flatMap((plugin) => plugin.permissions ?? []);
  assertOnce(
    'permission',
    permissions.map(({ name }) => name),
  );
  return permissions;
}

/** Who may hear which event: holders of all these permissions, or only of `accountadmin`. @throws RmmError `PLUGIN_INVALID` for an event declared twice, or an unknown permission */
export function eventPermissionsOf(
  plugins: readonly RmmPlugin[],
  permissions: readonly PermissionDef[],
): ReadonlyMap<string, readonly string[]> {
  const byEvent = new Map<string, readonly string[]>();
  for (const { id, events = {} } of plugins) {
    for (const [event, named] of Object.entries(events)) {
      if (byEvent.has(event)) throw new RmmError('PLUGIN_INVALID', `The event "${event}" is declared twice`);
      const needed = [named].flat();
      const unknown = needed.find((one) => one !== ACCOUNTADMIN && !permissions.some(({ name }) => name === one));
      if (unknown !== undefined) {
        throw new RmmError(
          'PLUGIN_INVALID',
          `The plugin "${id}" names the permission "${unknown}", which is not declared`,
        );
      }
      byEvent.set(event, needed);
    }
  }
  return byEvent;
}

/** Every kind of thing once. @throws RmmError `PLUGIN_INVALID` for one that is declared twice */
export function thingsOf(plugins: readonly RmmPlugin[]): readonly ThingDef[] {
  const things = plugins.flatMap((plugin) => plugin.things ?? []);
  assertOnce(
    'kind of thing',
    things.map(({ kind }) => kind),
  );
  return things;
}

/** @throws RmmError `PLUGIN_INVALID` for a type that is declared twice */
export function policyTypesOf(plugins: readonly RmmPlugin[]): readonly PolicyTypeDef[] {
  const types = plugins.flatMap((plugin) => plugin.policyTypes ?? []);
  assertOnce(
    'policy type',
    types.map(({ name }) => name),
  );
  return types;
}

function assertOnce(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RmmError('PLUGIN_INVALID', `The ${what} "${twice}" is declared twice`);
}
