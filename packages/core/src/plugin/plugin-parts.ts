import { RmmError } from '@rmm/protocol';
import type { Model } from '../data/model.js';
import type { PermissionDef, RmmPlugin } from './plugin.js';

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
  const names = permissions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RmmError('PLUGIN_INVALID', `The permission "${twice}" is declared twice`);
  return permissions;
}

/** Who may hear which event. @throws RmmError `PLUGIN_INVALID` for an event declared twice, or an unknown permission */
export function eventPermissionsOf(
  plugins: readonly RmmPlugin[],
  permissions: readonly PermissionDef[],
): ReadonlyMap<string, string> {
  const byEvent = new Map<string, string>();
  for (const { id, events = {} } of plugins) {
    for (const [event, permission] of Object.entries(events)) {
      if (byEvent.has(event)) throw new RmmError('PLUGIN_INVALID', `The event "${event}" is declared twice`);
      if (!permissions.some(({ name }) => name === permission)) {
        throw new RmmError(
          'PLUGIN_INVALID',
          `The plugin "${id}" names the permission "${permission}", which is not declared`,
        );
      }
      byEvent.set(event, permission);
    }
  }
  return byEvent;
}
