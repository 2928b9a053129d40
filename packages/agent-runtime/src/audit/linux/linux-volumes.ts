import { statfs } from 'node:fs/promises';
import type { VolumesSection } from '@rmm/protocol';
import { textOf } from '../collector.js';
import { quantised } from '../free-space.js';
import { parseMounts } from './parse-proc.js';

export async function linuxVolumes(): Promise<VolumesSection> {
  const mounts = parseMounts(await textOf('/proc/mounts'));
  const volumes = await Promise.all(
    mounts.map(async ({ mount, fileSystem }) => {
      const stats = await statfs(mount).catch(() => undefined);
      if (stats === undefined || stats.blocks === 0) return [];
      return [
        { mount, fileSystem, sizeBytes: stats.blocks * stats.bsize, freeBytes: quantised(stats.bavail * stats.bsize) },
      ];
    }),
  );
  return { volumes: volumes.flat() };
}
