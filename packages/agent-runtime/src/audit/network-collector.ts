import type { NetworkSection } from '@rmm/protocol';
import { networkInterfaces } from 'systeminformation';
import { type Adapter, addressedAdapters } from './network-adapters.js';

/** Windows and macOS: addresses from Node, speed and kind from `systeminformation`. */
export async function siNetwork(): Promise<NetworkSection> {
  const found = await networkInterfaces();
  const details = new Map((Array.isArray(found) ? found : []).map((item) => [item.iface, item]));
  return { adapters: addressedAdapters().map((adapter) => withDetails(adapter, details.get(adapter.name))) };
}

export function withDetails(
  adapter: Adapter,
  detail: { readonly speed: number | null; readonly virtual: boolean } | undefined,
): Adapter {
  if (detail === undefined) return adapter;
  const speed = Math.round(detail.speed ?? 0);
  return { ...adapter, ...(speed > 0 && { speedMbps: speed }), virtual: detail.virtual };
}
