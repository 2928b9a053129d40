import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { type DeviceRow, deviceModel } from './device-model.js';
import { notFound } from './not-found.js';

/** @throws RmmError `NOT_FOUND` */
export async function getDevice(data: Data, deviceId: string): Promise<DeviceRow> {
  const row = await data.one(deviceModel, { id: deviceId });
  if (!row) throw notFound('device', deviceId);
  return row;
}

/**
 * The rows of devices on which something is to be done: all of them, or none is touched.
 * @throws RmmError `NOT_FOUND`, `DEVICE_SUSPENDED`
 */
export async function activeDevices(data: Data, ids: readonly string[]): Promise<readonly DeviceRow[]> {
  const rows = await data.find(deviceModel, { match: { id: ids } });
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('device', missing);
  const suspended = rows.filter(({ state }) => state === 'suspended');
  const [first] = suspended;
  if (!first) return rows;
  const others = suspended.length > 1 ? ` and ${suspended.length - 1} others are` : ' is';
  throw new RmmError('DEVICE_SUSPENDED', `${first.hostname}${others} suspended; restore before changing anything`, {
    details: { deviceIds: suspended.map(({ id }) => id) },
  });
}
