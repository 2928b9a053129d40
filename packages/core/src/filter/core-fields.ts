import type { FieldDef } from './field-def.js';

const status: readonly FieldDef[] = [
  { id: 'status.online', label: 'Online', group: 'Device Status', type: 'boolean' },
  { id: 'status.suspended', label: 'Suspended', group: 'Device Status', type: 'boolean' },
  { id: 'security.antivirus', label: 'Antivirus on', group: 'Device Status', type: 'boolean' },
  { id: 'security.firewall', label: 'Firewall on', group: 'Device Status', type: 'boolean' },
  // Of the fixed drive with the least free space; 1 GB is 2^30 bytes, as Windows shows it.
  { id: 'disk.freeGb', label: 'Free disk space', group: 'Device Status', type: 'real', unit: 'GB' },
  { id: 'disk.freePercent', label: 'Free disk share', group: 'Device Status', type: 'real', unit: '%' },
  { id: 'security.windowsUpdate', label: 'Windows Update on', group: 'Device Status', type: 'boolean' },
];

const role: readonly FieldDef[] = [
  {
    id: 'device.type',
    label: 'Device type',
    group: 'Device Role',
    type: 'string',
    choices: ['server', 'workstation', 'laptop', 'smartphone', 'tablet'],
  },
  { id: 'os.name', label: 'Operating system', group: 'Device Role', type: 'string' },
  {
    id: 'os.family',
    label: 'Operating system family',
    group: 'Device Role',
    type: 'string',
    choices: ['windows', 'linux', 'macos', 'ios', 'android'],
  },
  { id: 'os.version', label: 'Operating system version', group: 'Device Role', type: 'version' },
  {
    id: 'os.architecture',
    label: 'Architecture',
    group: 'Device Role',
    type: 'string',
    choices: ['32-bit', '64-bit'],
  },
];

const software: readonly FieldDef[] = [
  { id: 'os.servicePack', label: 'Service Pack', group: 'Software Version', type: 'string' },
  { id: 'software.name', label: 'Software package', group: 'Software Version', type: 'string', list: 'software' },
  { id: 'software.version', label: 'Software version', group: 'Software Version', type: 'version', list: 'software' },
];

const hardware: readonly FieldDef[] = [
  { id: 'hardware.cpu', label: 'CPU', group: 'Hardware', type: 'string' },
  { id: 'hardware.cpuCores', label: 'CPU cores', group: 'Hardware', type: 'integer' },
  { id: 'bios.name', label: 'BIOS name', group: 'Hardware', type: 'string' },
  { id: 'bios.version', label: 'BIOS version', group: 'Hardware', type: 'version' },
  { id: 'bios.releasedAt', label: 'BIOS release date', group: 'Hardware', type: 'date' },
  { id: 'hardware.displayAdapter', label: 'Display adapter', group: 'Hardware', type: 'string', multi: true },
  { id: 'hardware.manufacturer', label: 'Manufacturer', group: 'Hardware', type: 'string' },
  { id: 'hardware.memoryGb', label: 'Memory', group: 'Hardware', type: 'real', unit: 'GB' },
  { id: 'hardware.model', label: 'Model', group: 'Hardware', type: 'string' },
  { id: 'hardware.monitor', label: 'Monitor', group: 'Hardware', type: 'string', multi: true },
  { id: 'hardware.motherboard', label: 'Motherboard', group: 'Hardware', type: 'string' },
  { id: 'hardware.networkAdapter', label: 'Network adapter', group: 'Hardware', type: 'string', multi: true },
];

const identity: readonly FieldDef[] = [
  { id: 'device.description', label: 'Description', group: 'Device ID', type: 'string' },
  { id: 'profile.id', label: 'Profile id', group: 'Device ID', type: 'string' },
  { id: 'profile.name', label: 'Profile name', group: 'Device ID', type: 'string' },
  { id: 'profile.description', label: 'Profile description', group: 'Device ID', type: 'string' },
  { id: 'network.domain', label: 'Domain', group: 'Device ID', type: 'string' },
  { id: 'network.ip', label: 'IP address', group: 'Device ID', type: 'string', multi: true },
  { id: 'network.externalIp', label: 'External IP address', group: 'Device ID', type: 'string' },
  { id: 'network.mac', label: 'MAC address', group: 'Device ID', type: 'string', multi: true },
  { id: 'device.serial', label: 'Serial number', group: 'Device ID', type: 'string' },
  { id: 'device.hostname', label: 'Hostname', group: 'Device ID', type: 'string' },
];

const other: readonly FieldDef[] = [
  { id: 'device.favourite', label: 'Favourite', group: 'Other status', type: 'boolean', source: 'favourites' },
  { id: 'device.lastSeen', label: 'Last seen', group: 'Other status', type: 'date' },
  { id: 'device.lastAudit', label: 'Last audit', group: 'Other status', type: 'date' },
  { id: 'device.lastUser', label: 'Last user', group: 'Other status', type: 'string' },
  { id: 'device.tags', label: 'Tag', group: 'Other status', type: 'string', multi: true },
  { id: 'device.groups', label: 'Device group', group: 'Other status', type: 'string', multi: true },
  { id: 'group.id', label: 'Device group id', group: 'Other status', type: 'string', multi: true },
  ...[1, 2, 3, 4, 5].map(
    (number): FieldDef => ({
      id: `custom.field${number}`,
      label: `Custom field ${number}`,
      group: 'Other status',
      type: 'string',
    }),
  ),
  { id: 'agent.version', label: 'Agent version', group: 'Other status', type: 'version', scheme: 'semver' },
  { id: 'device.enrolledAt', label: 'Enrolled', group: 'Other status', type: 'date' },
];

/** The fields of the guide, chapter 5 (*Criteria fields*), and the few that core itself knows of every device. */
export const CORE_FIELDS: readonly FieldDef[] = [...status, ...role, ...software, ...hardware, ...identity, ...other];
