import { arch, hostname, machine, release } from 'node:os';
import type { SecuritySection, SoftwareSection, SystemSection } from '@rmm/protocol';
import { architectureName } from '../architecture.js';
import { type Collectors, known, outputOf } from '../collector.js';
import { deviceType } from '../device-type.js';
import { siNetwork } from '../network-collector.js';
import { siHardware, siVolumes } from '../si-hardware.js';
import { parseRegistry, parseUninstallKeys, UNINSTALL_KEYS } from './parse-uninstall-keys.js';
import { type WindowsFacts, windowsFacts } from './windows-facts.js';

const LOGON = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\LogonUI';
const CRYPTOGRAPHY = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
const UPDATE_POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU';

async function system(): Promise<SystemSection> {
  const [facts, user, machineId] = await Promise.all([
    windowsFacts(),
    registryValue(LOGON, 'LastLoggedOnUser'),
    registryValue(CRYPTOGRAPHY, 'MachineGuid'),
  ]);
  return windowsSystem(facts, { user, machineId });
}

export function windowsSystem(facts: WindowsFacts, registry: { user: string; machineId: string }): SystemSection {
  const { caption, version, build, servicePack, productType, domain, chassis, hasBattery } = facts;
  return {
    hostname: hostname(),
    ...known('domain', domain),
    deviceType: deviceType({
      chassis: chassis?.[0],
      hasBattery: hasBattery === true,
      isServerSystem: productType === 2 || productType === 3,
      hasDesktop: true,
    }),
    platform: 'windows',
    osName: caption?.trim() || 'Windows',
    osVersion: version || release(),
    ...known('osBuild', build || release().split('.')[2]),
    ...(servicePack !== undefined && servicePack > 0 && { servicePack: `Service Pack ${servicePack}` }),
    architecture: architectureName(machine() || arch()),
    ...known('timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone),
    ...known('lastUser', registry.user.replace(/^\.\\/, '')),
    ...known('machineId', registry.machineId),
  };
}

async function software(): Promise<SoftwareSection> {
  const lists = await Promise.all(
    UNINSTALL_KEYS.map(async ({ key, architecture }) =>
      parseUninstallKeys(await outputOf('reg', ['query', key, '/s'], 60_000), architecture),
    ),
  );
  return { packages: lists.flat() };
}

async function security(): Promise<SecuritySection> {
  const [facts, noAutoUpdate] = await Promise.all([windowsFacts(), registryValue(UPDATE_POLICY, 'NoAutoUpdate')]);
  return windowsSecurity(facts, noAutoUpdate);
}

/** Windows updates itself unless a policy says otherwise. */
export function windowsSecurity({ antivirus = [], firewall }: WindowsFacts, noAutoUpdate: string): SecuritySection {
  return {
    antivirus: antivirus.map(({ name, state }) => ({
      product: name,
      // Security Center's productState: bits 12-15 the protection's state, bits 4-7 the signatures'.
      enabled: (state & 0xf000) === 0x1000,
      updated: (state & 0xf0) === 0,
    })),
    firewall:
      firewall === undefined ? [] : [{ product: 'Windows Defender Firewall', enabled: firewall.on === firewall.all }],
    updates: { product: 'Windows Update', enabled: Number(noAutoUpdate || 0) !== 1 },
  };
}

async function registryValue(key: string, name: string): Promise<string> {
  const keys = parseRegistry(await outputOf('reg', ['query', key, '/v', name]));
  return [...keys.values()][0]?.get(name) ?? '';
}

export const windowsCollectors: Collectors = {
  system,
  hardware: siHardware,
  volumes: siVolumes,
  network: siNetwork,
  software,
  security,
};
