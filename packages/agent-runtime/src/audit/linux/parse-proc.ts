import type { HardwareSection } from '@rmm/protocol';
import { counted } from '../collector.js';

type Processor = HardwareSection['processors'][number];

/** `KEY=value` lines with shell quoting, as in /etc/os-release. */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) values.set(match[1], unquoted(match[2] ?? ''));
  }
  return values;
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted ? (quoted[2] ?? '').replace(/\\(["'\\$`])/g, '$1') : text;
}

/**
 * /proc/cpuinfo: one processor a socket. On ARM it names no model; `lscpuModel` helps out.
 *
 * @param maxMHz - from cpufreq; the momentary clock in cpuinfo would change with every audit
 */
export function parseCpuinfo(text: string, lscpuModel: string, maxMHz: number | undefined): Processor[] {
  const sockets = new Map<string, { model: string; cores: number; threads: number; speedMHz: number | undefined }>();
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map(block.split('\n').map((line) => splitField(line)));
    if (!fields.has('processor')) continue;
    const id = fields.get('physical id') ?? '0';
    const model = fields.get('model name') ?? lscpuModel;
    const speedMHz = maxMHz ?? clockOf(model, fields.get('cpu MHz'), fields.get('flags'));
    const socket = sockets.get(id) ?? { model, cores: Number(fields.get('cpu cores') ?? 0), threads: 0, speedMHz };
    socket.threads++;
    sockets.set(id, socket);
  }
  return [...sockets.values()].map(({ model, cores, threads, speedMHz }) => ({
    model: model || 'unknown',
    ...counted('cores', cores || threads),
    threads,
    ...counted('speedMHz', speedMHz),
  }));
}

/** The nominal clock in the model's name, or in a virtual machine, where it stands still, the one that is told. */
function clockOf(model: string, told: string | undefined, flags: string | undefined): number | undefined {
  const nominal = /@\s*([\d.]+)\s*GHz/i.exec(model)?.[1];
  if (nominal !== undefined) return Number(nominal) * 1000;
  return told !== undefined && flags?.split(' ').includes('hypervisor')
    ? Math.round(Number(told) / 100) * 100
    : undefined;
}

/** MemTotal of /proc/meminfo, bytes. */
export function parseMemTotal(text: string): number {
  return Number(/^MemTotal:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** A line of /proc/mounts. */
export interface Mount {
  readonly device: string;
  readonly mount: string;
  readonly fileSystem: string;
}

/** File systems on something that can fill up and break; neither the kernel's own nor other computers' disks. */
const LOCAL = /^(ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|reiserfs|nilfs2|vfat|exfat|ntfs3?|fuseblk|hfsplus|ufs|udf)$/;

/** The local file systems of /proc/mounts, each once, where it is mounted nearest to the root; `/` whatever it is on. */
export function parseMounts(text: string): Mount[] {
  const found = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device = '', mount = '', fileSystem = ''] = line.split(' ').map(unescaped);
    const isRoot = mount === '/' && fileSystem !== 'rootfs';
    if (!isRoot && (!LOCAL.test(fileSystem) || device.startsWith('/dev/loop'))) continue;
    const before = found.get(device);
    if (before === undefined || mount.length < before.mount.length) found.set(device, { device, mount, fileSystem });
  }
  return [...found.values()];
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_match, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function splitField(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
