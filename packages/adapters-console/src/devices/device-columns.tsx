import type { Device } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { formatBytes } from '../format/bytes.js';
import { capital } from '../format/words.js';
import { Ago, Badge, Bar, Value } from '../parts/bits.js';

export interface DeviceColumn {
  readonly key: string;
  readonly label: string;
  /** Field of the catalogue by which the column sorts and under which it is exported. */
  readonly field: string;
  readonly show: (device: Device) => ComponentChildren;
  /** At the right edge of its cell. */
  readonly end?: boolean;
  /** Long values that may be cut early. */
  readonly slim?: boolean;
}

const text = (value: string | null | undefined) => (
  <span class="cut" title={value ?? ''}>
    <Value>{value}</Value>
  </span>
);

const COLUMNS: readonly DeviceColumn[] = [
  { key: 'status', label: 'Status', field: 'status.online', show: (d) => <StatusBadge device={d} /> },
  {
    key: 'description',
    label: 'Description',
    field: 'device.description',
    slim: true,
    show: (d) => text(d.description),
  },
  { key: 'profile', label: 'Profile', field: 'profile.name', show: (d) => text(d.profileName) },
  { key: 'type', label: 'Type', field: 'device.type', show: (d) => text(capital(d.type)) },
  { key: 'os', label: 'Operating system', field: 'os.name', slim: true, show: (d) => text(d.operatingSystem) },
  { key: 'servicePack', label: 'Service pack', field: 'os.servicePack', show: (d) => text(d.servicePack) },
  { key: 'architecture', label: 'Architecture', field: 'os.architecture', show: (d) => text(d.architecture) },
  { key: 'user', label: 'Last user', field: 'device.lastUser', show: (d) => text(d.lastUser) },
  { key: 'ip', label: 'IP address', field: 'network.ip', show: (d) => <Addresses all={d.ipAddresses} /> },
  { key: 'externalIp', label: 'External IP', field: 'network.externalIp', show: (d) => text(d.externalIp) },
  { key: 'mac', label: 'MAC address', field: 'network.mac', show: (d) => <Addresses all={d.macAddresses} /> },
  { key: 'domain', label: 'Domain', field: 'network.domain', show: (d) => text(d.domain) },
  { key: 'manufacturer', label: 'Manufacturer', field: 'hardware.manufacturer', show: (d) => text(d.manufacturer) },
  { key: 'model', label: 'Model', field: 'hardware.model', show: (d) => text(d.model) },
  { key: 'serial', label: 'Serial number', field: 'device.serial', show: (d) => text(d.serial) },
  { key: 'cpu', label: 'Processor', field: 'hardware.cpu', slim: true, show: (d) => text(d.processor) },
  {
    key: 'memory',
    label: 'Memory',
    field: 'hardware.memoryGb',
    end: true,
    show: (d) => <span class="number">{text(d.memoryBytes === null ? null : formatBytes(d.memoryBytes))}</span>,
  },
  { key: 'disk', label: 'Free disk', field: 'disk.freePercent', show: (d) => <FreeDisk device={d} /> },
  { key: 'tags', label: 'Tags', field: 'device.tags', show: (d) => <Tags tags={d.tags} /> },
  { key: 'groups', label: 'Groups', field: 'device.groups', show: (d) => text(d.groups.map((g) => g.name).join(', ')) },
  { key: 'agent', label: 'Agent', field: 'agent.version', show: (d) => text(d.agentVersion) },
  { key: 'lastSeen', label: 'Last seen', field: 'device.lastSeen', show: (d) => <LastSeen device={d} /> },
  { key: 'lastAudit', label: 'Last audit', field: 'device.lastAudit', show: (d) => <Ago at={d.lastAuditAt} /> },
  { key: 'enrolled', label: 'Enrolled', field: 'device.enrolledAt', show: (d) => <Ago at={d.enrolledAt} /> },
];

export const DEFAULT_COLUMNS = ['description', 'profile', 'os', 'user', 'ip', 'disk', 'tags', 'lastSeen'];

/** All columns; the custom fields under the names that the System gave them. */
export function deviceColumns(customFieldLabels: readonly string[]): readonly DeviceColumn[] {
  const custom = customFieldLabels.map((label, index) => ({
    key: `custom${index + 1}`,
    label: label || `Custom field ${index + 1}`,
    field: `custom.field${index + 1}`,
    show: (device: Device) => text(device.customFields[index]),
  }));
  return [...COLUMNS, ...custom];
}

export function StatusBadge({ device: { status } }: { readonly device: Pick<Device, 'status'> }) {
  if (status === 'suspended') return <Badge tone="warn">Suspended</Badge>;
  return <Badge tone={status === 'online' ? 'good' : 'plain'}>{capital(status)}</Badge>;
}

export function StatusDot({ device: { status } }: { readonly device: Pick<Device, 'status'> }) {
  const look = { online: 'good', offline: 'hollow', suspended: 'warn' }[status];
  return <span class={`dot ${look}`} role="img" aria-label={capital(status)} title={capital(status)} />;
}

export function LastSeen({ device }: { readonly device: Pick<Device, 'status' | 'lastSeenAt'> }) {
  return device.status === 'online' ? <span>now</span> : <Ago at={device.lastSeenAt} />;
}

export function Tags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return <Value>{null}</Value>;
  return (
    <span class="row tight" title={tags.join(' ')}>
      {tags.slice(0, 3).map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {tags.length > 3 && <span class="faint">+{tags.length - 3}</span>}
    </span>
  );
}

/** The first address, IPv4 before IPv6, and how many more there are. */
function Addresses({ all }: { readonly all: readonly string[] }) {
  const [first] = [...all].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
  return (
    <span class="cut" title={all.join('\n')}>
      <Value>{first}</Value>
      {all.length > 1 && <span class="faint"> +{all.length - 1}</span>}
    </span>
  );
}

export function FreeDisk({ device }: { readonly device: Pick<Device, 'diskBytes' | 'diskFreeBytes'> }) {
  const { diskBytes, diskFreeBytes } = device;
  if (!diskBytes || diskFreeBytes === null) return <Value>{null}</Value>;
  const used = 1 - diskFreeBytes / diskBytes;
  const label = `${formatBytes(diskFreeBytes)} of ${formatBytes(diskBytes)} free`;
  return (
    <span class="row disk" title={label}>
      <Bar parts={[{ share: used, tone: used > 0.9 ? 'bad' : used > 0.8 ? 'warn' : '' }]} label={label} />
      <span class="number">{formatBytes(diskFreeBytes)}</span>
    </span>
  );
}
