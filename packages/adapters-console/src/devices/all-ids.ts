import type { DeviceSelection, RmmClient } from '@rmm/client';

/** How many devices one command takes. */
export const MAX_SELECTED = 10_000;
const STEP = 1000;

/** Ids of all devices of a selection, up to {@link MAX_SELECTED}. */
export async function allIds(client: RmmClient, selection: DeviceSelection): Promise<string[]> {
  const ids = new Set<string>();
  for (let offset = 0; offset < MAX_SELECTED; offset += STEP) {
    const { items, total } = await client.devices.list({ ...selection, offset, limit: STEP });
    for (const { id } of items) ids.add(id);
    if (offset + STEP >= total) break;
  }
  return [...ids];
}
