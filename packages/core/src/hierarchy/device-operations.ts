import { commandsRef } from '../agent/command-service.js';
import { presenceRef } from '../agent/presence.js';
import { factsRef } from '../filter/facts-ref.js';
import { type Handlers, implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { devicesContract } from './device-contract.js';
import { exportDevices } from './device-export.js';
import { listDevices, rowsInOrder } from './device-listing.js';
import { deviceModel } from './device-model.js';
import { activeDevices, getDevice } from './device-rows.js';
import { deviceViews } from './device-view.js';
import { markDevices } from './favourites.js';
import { moveDevices } from './move-devices.js';
import { notFound } from './not-found.js';
import { requestAudits } from './request-audit.js';
import { restoreDevices, suspendDevices } from './suspend-devices.js';
import { countTags, tagDevices } from './tag-devices.js';

/** Devices and what can be done with them (guide, chapters 3 and 4). */
export function deviceOperations(plugin: PluginContext): readonly Operation[] {
  return implement('devices', devicesContract, { ...reading(plugin), ...changing(plugin), ...commanding(plugin) });
}

type DeviceHandlers = Handlers<typeof devicesContract>;

function reading(plugin: PluginContext): Pick<DeviceHandlers, 'list' | 'export' | 'get' | 'tags'> {
  return {
    list: async (context, { offset = 0, limit = 100, ...listing }) => {
      const { ids, total } = await listDevices(plugin.use(factsRef), context, listing, offset, limit);
      const rows = await rowsInOrder(context.data, ids);
      return { total, items: await deviceViews(plugin.use(presenceRef), context, rows) };
    },
    export: (context, input) => exportDevices(plugin.use(factsRef), plugin.use(presenceRef), context, input),
    get: (context, { deviceId }) => view(plugin, context, deviceId),
    tags: async ({ data, access }) => ({ items: await countTags(data, access.visibility) }),
  };
}

function changing(plugin: PluginContext): Pick<DeviceHandlers, 'update' | 'move' | 'tag' | 'favourite'> {
  return {
    update: async (context, { deviceId, ...changes }) => {
      await activeDevices(context.data, [deviceId]);
      if (Object.keys(changes).length > 0) await context.data.update(deviceModel, { id: deviceId }, changes);
      changed(plugin, context, [deviceId]);
      return view(plugin, context, deviceId);
    },
    move: async (context, { deviceIds, profileId }) => {
      const moved = await moveDevices(context, plugin.use(commandsRef), deviceIds, profileId);
      changed(plugin, context, moved.deviceIds);
      return { moved: moved.deviceIds.length, withdrawn: moved.withdrawn };
    },
    tag: async (context, { deviceIds, add = [], remove = [] }) => {
      const tagged = await tagDevices(context, deviceIds, add, remove);
      changed(plugin, context, tagged);
      return { changed: tagged.length };
    },
    favourite: async (context, { deviceIds, favourite }) => {
      await activeDevices(context.data, deviceIds);
      return { changed: await markDevices(context.data, context.actor, deviceIds, favourite) };
    },
  };
}

function commanding(plugin: PluginContext): Pick<DeviceHandlers, 'remove' | 'restore' | 'requestAudit'> {
  const commands = () => plugin.use(commandsRef);
  return {
    remove: async (context, { deviceIds }) => {
      await suspendDevices(context, commands(), plugin.ids, deviceIds);
      refresh(plugin, context, deviceIds);
      for (const deviceId of deviceIds) context.emit('device.suspended', { deviceId });
      return { removed: deviceIds.length };
    },
    restore: async (context, { deviceIds }) => {
      const restored = await restoreDevices(context, commands(), deviceIds);
      refresh(plugin, context, restored);
      for (const deviceId of restored) context.emit('device.restored', { deviceId });
      return { restored: restored.length };
    },
    requestAudit: async (context, { deviceIds }) => {
      await requestAudits(context, commands(), plugin.ids, deviceIds);
      return { requested: deviceIds.length };
    },
  };
}

async function view(plugin: PluginContext, context: OperationContext, deviceId: string) {
  const row = await getDevice(context.data, deviceId);
  const [found] = await deviceViews(plugin.use(presenceRef), context, [row]);
  if (!found) throw notFound('device', deviceId);
  return found;
}

/** Has lists and filters show a change before the caller hears of it. */
function refresh(plugin: PluginContext, { afterCommit, systemId }: OperationContext, ids: readonly string[]): void {
  if (ids.length > 0) afterCommit(() => plugin.use(factsRef).refresh(systemId, ids));
}

function changed(plugin: PluginContext, context: OperationContext, ids: readonly string[]): void {
  refresh(plugin, context, ids);
  for (const deviceId of ids) context.emit('device.changed', { deviceId });
}
