import { readlink } from 'node:fs/promises';
import { arch, hostname, machine, release } from 'node:os';
import type { SecuritySection, SoftwareSection, SystemSection } from '@rmm/protocol';
import { architectureName } from '../architecture.js';
import { type Collectors, known, outputOf } from '../collector.js';
import { siNetwork } from '../network-collector.js';
import { parseLastUser } from '../parse-last-user.js';
import { siHardware, siVolumes } from '../si-hardware.js';
import { parseApplications, parseSwVers } from './parse-macos.js';

const FIREWALL = '/usr/libexec/ApplicationFirewall/socketfilterfw';
const UPDATES = '/Library/Preferences/com.apple.SoftwareUpdate';

async function system(): Promise<SystemSection> {
  const [swVers, battery, last, uuid, zone] = await Promise.all([
    outputOf('sw_vers', []),
    outputOf('pmset', ['-g', 'batt']),
    outputOf('last', ['-50']),
    outputOf('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']),
    readlink('/etc/localtime').catch(() => ''),
  ]);
  const os = parseSwVers(swVers);
  return {
    hostname: hostname(),
    deviceType: /InternalBattery/.test(battery) ? 'laptop' : 'workstation',
    platform: 'macos',
    osName: os.get('ProductName') || 'macOS',
    ...known('osVersion', os.get('ProductVersion')),
    ...known('osBuild', os.get('BuildVersion')),
    kernel: release(),
    architecture: architectureName(machine() || arch()),
    ...known('timeZone', /zoneinfo\/(.+)$/.exec(zone)?.[1]),
    ...known('lastUser', parseLastUser(last)),
    ...known('machineId', /"IOPlatformUUID" = "([^"]+)"/.exec(uuid)?.[1]),
  };
}

async function software(): Promise<SoftwareSection> {
  return {
    packages: parseApplications(await outputOf('system_profiler', ['SPApplicationsDataType', '-json'], 80_000)),
  };
}

async function security(): Promise<SecuritySection> {
  const [firewall, automatic] = await Promise.all([
    outputOf(FIREWALL, ['--getglobalstate']),
    outputOf('defaults', ['read', UPDATES, 'AutomaticCheckEnabled']),
  ]);
  return {
    // XProtect is part of every macOS and cannot be switched off.
    antivirus: [{ product: 'XProtect', enabled: true }],
    firewall: firewall === '' ? [] : [{ product: 'Application Firewall', enabled: /enabled/i.test(firewall) }],
    // Without a setting macOS looks for updates by itself.
    updates: { product: 'Software Update', enabled: automatic.trim() !== '0' },
  };
}

export const macosCollectors: Collectors = {
  system,
  hardware: siHardware,
  volumes: siVolumes,
  network: siNetwork,
  software,
  security,
};
