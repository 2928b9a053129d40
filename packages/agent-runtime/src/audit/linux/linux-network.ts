import { readdir, readlink } from 'node:fs/promises';
import type { NetworkSection } from '@rmm/protocol';
import { counted, textOf } from '../collector.js';
import { type Adapter, addressedAdapters } from '../network-adapters.js';

/** Ends of containers' cables come and go by the minute. */
const PASSING = /^(veth|lo$|cali[0-9a-f]{11}$|tap[0-9a-f]{8}-)/;

export async function linuxNetwork(): Promise<NetworkSection> {
  const addressed = new Map(addressedAdapters().map((adapter) => [adapter.name, adapter]));
  const names = (await readdir('/sys/class/net').catch(() => [...addressed.keys()])).filter(
    (name) => !PASSING.test(name),
  );
  const adapters = await Promise.all(names.map((name) => describeAdapter(name, addressed.get(name))));
  // A virtual adapter without an address (ifb, dummy) is a mere possibility.
  return { adapters: adapters.filter((adapter) => !adapter.virtual || adapter.addresses.length > 0) };
}

async function describeAdapter(name: string, addressed: Adapter | undefined): Promise<Adapter> {
  const [mac, speed, target] = await Promise.all([
    textOf(`/sys/class/net/${name}/address`),
    textOf(`/sys/class/net/${name}/speed`),
    readlink(`/sys/class/net/${name}`).catch(() => ''),
  ]);
  const isVirtual = target.includes('/virtual/');
  const isMac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00';
  return {
    name,
    ...(isMac && { mac }),
    addresses: addressed?.addresses ?? [],
    ...(Number(speed) > 0 && counted('speedMbps', Number(speed))),
    virtual: isVirtual,
  };
}
