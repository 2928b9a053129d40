import type { HardwareSection } from '@rmm/protocol';
import { counted, known } from '../collector.js';

type Disk = HardwareSection['disks'][number];

export const LSBLK_ARGS = ['-J', '-b', '-d', '-o', 'NAME,MODEL,SERIAL,SIZE,ROTA,TYPE,TRAN'];

/** Output of `lsblk` with {@link LSBLK_ARGS}: the disks, without those made of memory or files. */
export function parseLsblk(text: string): Disk[] {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  const devices = typeof value === 'object' && value !== null && 'blockdevices' in value ? value.blockdevices : [];
  return (Array.isArray(devices) ? devices : []).flatMap((device: unknown) => diskOf(device) ?? []);
}

function diskOf(device: unknown): Disk | undefined {
  const { name, model, serial, size, rota, type, tran } = device as Partial<Record<string, unknown>>;
  const bytes = Number(size);
  if (typeof name !== 'string' || type !== 'disk' || !(bytes > 0) || /^(zram|ram|loop|nbd|fd)\d/.test(name))
    return undefined;
  // Older versions print texts where newer ones print booleans.
  const turns = rota === true || rota === '1';
  const isVirtual = /^(vd|xvd)/.test(name);
  return {
    name,
    ...known('model', textOrNothing(model)),
    ...known('serial', textOrNothing(serial)),
    ...counted('sizeBytes', bytes),
    kind: tran === 'nvme' ? 'nvme' : isVirtual ? 'virtual' : turns ? 'hdd' : 'ssd',
  };
}

const textOrNothing = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
