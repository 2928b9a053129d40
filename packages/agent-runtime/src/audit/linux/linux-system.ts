import { readdir, readlink } from 'node:fs/promises';
import { arch, hostname, machine, release } from 'node:os';
import type { SystemSection } from '@rmm/protocol';
import { architectureName } from '../architecture.js';
import { known, outputOf, textOf } from '../collector.js';
import { deviceType } from '../device-type.js';
import { parseLastUser } from '../parse-last-user.js';
import { parseAssignments } from './parse-proc.js';

export async function linuxSystem(): Promise<SystemSection> {
  const os = parseAssignments((await textOf('/etc/os-release')) || (await textOf('/usr/lib/os-release')));
  const [debianVersion, domain, machineId, last] = await Promise.all([
    textOf('/etc/debian_version'),
    outputOf('hostname', ['-d'], 3000),
    textOf('/etc/machine-id'),
    outputOf('last', ['-w', '-n', '50'], 5000),
  ]);
  // Debian's own file names the point release; derived systems put their parent's there.
  const debian = os.get('ID') === 'debian' && /^\d/.test(debianVersion) ? debianVersion : undefined;
  return {
    hostname: hostname(),
    ...known('domain', domain),
    deviceType: deviceType(await hints(os)),
    platform: 'linux',
    osName: os.get('PRETTY_NAME') ?? os.get('NAME') ?? 'Linux',
    ...known('osVersion', debian ?? os.get('VERSION_ID')),
    ...known('osBuild', os.get('BUILD_ID')),
    kernel: release(),
    architecture: architectureName(machine() || arch()),
    ...known('timeZone', await timeZone()),
    ...known('lastUser', parseLastUser(last)),
    ...known('machineId', machineId),
  };
}

async function hints(os: ReadonlyMap<string, string>) {
  const [chassis, supplies, sessions] = await Promise.all([
    textOf('/sys/class/dmi/id/chassis_type'),
    readdir('/sys/class/power_supply').catch(() => []),
    Promise.all(['/usr/share/xsessions', '/usr/share/wayland-sessions'].map((path) => readdir(path).catch(() => []))),
  ]);
  const types = await Promise.all(supplies.map((name) => textOf(`/sys/class/power_supply/${name}/type`)));
  const scopes = await Promise.all(supplies.map((name) => textOf(`/sys/class/power_supply/${name}/scope`)));
  return {
    chassis: chassis === '' ? undefined : Number(chassis),
    // A mouse has a battery, too; its scope is the device, not the system.
    hasBattery: types.some((type, index) => type === 'Battery' && scopes[index] !== 'Device'),
    isServerSystem: os.get('VARIANT_ID') === 'server',
    hasDesktop: sessions.flat().some((name) => name.endsWith('.desktop')),
  };
}

async function timeZone(): Promise<string> {
  const link = await readlink('/etc/localtime').catch(() => '');
  return /zoneinfo\/(.+)$/.exec(link)?.[1] ?? ((await textOf('/etc/timezone')) || 'UTC');
}
