import { readdir, readFile } from 'node:fs/promises';
import type { HardwareSection } from '@rmm/protocol';
import { known, outputOf, textOf } from '../collector.js';
import { parseEdid } from '../parse-edid.js';
import { LSBLK_ARGS, parseLsblk } from './parse-lsblk.js';
import { parseLspci } from './parse-lspci.js';
import { parseCpuinfo, parseMemTotal } from './parse-proc.js';

export async function linuxHardware(): Promise<HardwareSection> {
  const [board, processors, memory, adapters, monitors, disks] = await Promise.all([
    boardFacts(),
    readProcessors(),
    textOf('/proc/meminfo'),
    outputOf('lspci', ['-mm']),
    readMonitors(),
    outputOf('lsblk', LSBLK_ARGS),
  ]);
  return {
    ...board,
    processors,
    memoryBytes: parseMemTotal(memory),
    displayAdapters: parseLspci(adapters),
    monitors,
    disks: parseLsblk(disks),
  };
}

async function boardFacts() {
  const dmi = (name: string) => textOf(`/sys/class/dmi/id/${name}`);
  const bios = {
    ...known('vendor', await dmi('bios_vendor')),
    ...known('version', await dmi('bios_version')),
    ...known('releasedOn', isoFromUs(await dmi('bios_date'))),
  };
  const motherboard = {
    ...known('manufacturer', await dmi('board_vendor')),
    ...known('model', await dmi('board_name')),
    ...known('serial', await dmi('board_serial')),
  };
  return {
    ...known('manufacturer', await dmi('sys_vendor')),
    // Single-board computers have a device tree instead of SMBIOS.
    ...known('model', (await dmi('product_name')) || (await textOf('/proc/device-tree/model'))),
    ...known('serial', (await dmi('product_serial')) || (await textOf('/proc/device-tree/serial-number'))),
    ...(Object.keys(bios).length > 0 && { bios }),
    ...(Object.keys(motherboard).length > 0 && { motherboard }),
  };
}

/** SMBIOS writes mm/dd/yyyy. */
function isoFromUs(date: string): string {
  const match = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(date);
  return match ? `${match[3]}-${match[1]}-${match[2]}` : date;
}

async function readProcessors() {
  const [cpuinfo, lscpu, kilohertz] = await Promise.all([
    textOf('/proc/cpuinfo'),
    outputOf('lscpu', []),
    textOf('/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq'),
  ]);
  const model = /^Model name:\s*(.+)$/m.exec(lscpu)?.[1] ?? '';
  return parseCpuinfo(cpuinfo, model, kilohertz === '' ? undefined : Number(kilohertz) / 1000);
}

async function readMonitors() {
  const outputs = await readdir('/sys/class/drm').catch(() => []);
  const edids = await Promise.all(
    outputs.map((name) => readFile(`/sys/class/drm/${name}/edid`).catch(() => Buffer.alloc(0))),
  );
  return edids.flatMap((edid) => parseEdid(edid) ?? []);
}
