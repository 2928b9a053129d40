import type { HardwareSection, VolumesSection } from '@rmm/protocol';
import {
  baseboard,
  bios,
  cpu,
  diskLayout,
  fsSize,
  graphics,
  mem,
  type Systeminformation,
  system,
} from 'systeminformation';
import { counted, known } from './collector.js';
import { quantised } from './free-space.js';

/** What `systeminformation` finds, for the platforms where finding it takes its many years of special cases. */
export interface SiFacts {
  readonly system: Systeminformation.SystemData;
  readonly bios: Systeminformation.BiosData;
  readonly board: Systeminformation.BaseboardData;
  readonly cpu: Systeminformation.CpuData;
  readonly memory: Pick<Systeminformation.MemData, 'total'>;
  readonly graphics: Systeminformation.GraphicsData;
  readonly disks: readonly Systeminformation.DiskLayoutData[];
}

export async function siHardware(): Promise<HardwareSection> {
  const [systemData, biosData, board, cpuData, memory, graphicsData, disks] = await Promise.all([
    system(),
    bios(),
    baseboard(),
    cpu(),
    mem(),
    graphics(),
    diskLayout(),
  ]);
  return hardwareOf({
    system: systemData,
    bios: biosData,
    board,
    cpu: cpuData,
    memory,
    graphics: graphicsData,
    disks,
  });
}

export function hardwareOf(facts: SiFacts): HardwareSection {
  const biosFacts = {
    ...known('vendor', facts.bios.vendor),
    ...known('version', facts.bios.version),
    ...known('releasedOn', facts.bios.releaseDate),
  };
  const board = {
    ...known('manufacturer', facts.board.manufacturer),
    ...known('model', facts.board.model),
    ...known('serial', facts.board.serial),
  };
  const sockets = Math.max(1, facts.cpu.processors);
  const processor = {
    model: `${facts.cpu.manufacturer} ${facts.cpu.brand}`.trim() || 'unknown',
    ...counted('cores', facts.cpu.physicalCores / sockets),
    ...counted('threads', facts.cpu.cores / sockets),
    ...(facts.cpu.speed > 0 && counted('speedMHz', facts.cpu.speed * 1000)),
  };
  return {
    ...known('manufacturer', facts.system.manufacturer),
    ...known('model', facts.system.model),
    ...known('serial', facts.system.serial),
    ...(Object.keys(biosFacts).length > 0 && { bios: biosFacts }),
    ...(Object.keys(board).length > 0 && { motherboard: board }),
    processors: Array.from({ length: sockets }, () => processor),
    memoryBytes: facts.memory.total,
    displayAdapters: facts.graphics.controllers
      .map(({ vendor, model }) => ({ name: (model || vendor).trim() }))
      .filter(({ name }) => name !== ''),
    monitors: facts.graphics.displays
      .filter(({ model, vendor }) => model || vendor)
      .map(({ model, vendor, serial }) => ({ name: model || vendor, ...known('serial', serial) })),
    disks: facts.disks.map(({ device, name, serialNum, size, type, interfaceType }) => ({
      name: device || name,
      ...known('model', name),
      ...known('serial', serialNum),
      ...counted('sizeBytes', size),
      ...known('kind', diskKind(type, interfaceType)),
    })),
  };
}

function diskKind(type: string, interfaceType: string): string {
  if (/nvme|pcie/i.test(interfaceType) || /nvme/i.test(type)) return 'nvme';
  return /ssd/i.test(type) ? 'ssd' : /hd/i.test(type) ? 'hdd' : '';
}

export async function siVolumes(): Promise<VolumesSection> {
  return volumesOf(await fsSize());
}

/** Each volume once: macOS shows one container's space under several mounts. */
export function volumesOf(sizes: readonly Systeminformation.FsSizeData[]): VolumesSection {
  return {
    volumes: sizes
      .filter(({ mount, size }) => size > 0 && !/^\/(System\/Volumes\/(?!Data$)|private\/var\/vm|dev$)/.test(mount))
      .map(({ mount, type, size, available }) => ({
        mount,
        ...known('fileSystem', type),
        sizeBytes: Math.round(size),
        freeBytes: quantised(Math.max(0, available)),
      })),
  };
}
