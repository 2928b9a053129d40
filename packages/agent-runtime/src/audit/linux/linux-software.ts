import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SoftwareSection } from '@rmm/protocol';
import { outputOf, textOf } from '../collector.js';
import {
  DPKG_FORMAT,
  isoDate,
  parseApk,
  parseDpkg,
  parsePacman,
  parseRpm,
  parseSnap,
  RPM_FORMAT,
} from './parse-packages.js';

const DPKG_INFO = '/var/lib/dpkg/info';

export async function linuxSoftware(): Promise<SoftwareSection> {
  const [dpkg, rpm, apk, pacman, snap] = await Promise.all([
    outputOf('dpkg-query', ['-W', '-f', DPKG_FORMAT]),
    outputOf('rpm', ['-qa', '--qf', RPM_FORMAT], 60_000),
    textOf('/lib/apk/db/installed'),
    outputOf('pacman', ['-Q']),
    outputOf('snap', ['list']),
  ]);
  const debian = parseDpkg(dpkg);
  const dates = debian.length === 0 ? new Map<string, string>() : await dpkgDates();
  return {
    packages: [
      ...debian.map((item) => {
        const installedOn = dates.get(item.name) ?? dates.get(`${item.name}:${item.architecture}`);
        return { ...item, ...(installedOn !== undefined && { installedOn }) };
      }),
      ...parseRpm(rpm),
      ...parseApk(apk),
      ...parsePacman(pacman),
      ...parseSnap(snap),
    ],
  };
}

/** dpkg keeps no dates, but it writes a package's list of files when it unpacks it. */
async function dpkgDates(): Promise<Map<string, string>> {
  const names = (await readdir(DPKG_INFO).catch(() => [])).filter((name) => name.endsWith('.list'));
  const dates = new Map<string, string>();
  await Promise.all(
    names.map(async (name) => {
      const stats = await stat(join(DPKG_INFO, name)).catch(() => undefined);
      const date = stats && isoDate(stats.mtimeMs);
      if (date !== undefined) dates.set(name.slice(0, -'.list'.length), date);
    }),
  );
  return dates;
}
