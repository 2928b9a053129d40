import { networkInterfaces } from 'node:os';
import type { NetworkSection } from '@rmm/protocol';

export type Adapter = NetworkSection['adapters'][number];

/** Adapters that have addresses, from Node itself: the same on every platform. Addresses carry their prefix length. */
export function addressedAdapters(interfaces = networkInterfaces()): Adapter[] {
  return Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const outside = infos.filter(({ internal }) => !internal);
    if (outside.length === 0) return [];
    const mac = outside.find((info) => info.mac !== '00:00:00:00:00:00')?.mac;
    return [
      { name, ...(mac !== undefined && { mac }), addresses: outside.map(({ address, cidr }) => cidr ?? address) },
    ];
  });
}
