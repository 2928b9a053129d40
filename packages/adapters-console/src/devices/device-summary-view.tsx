import type { Device } from '@rmm/client';
import type { ViewProps } from '../app/view-props.js';
import { formatBytes } from '../format/bytes.js';
import { capital } from '../format/words.js';
import { Ago, Badge, CopyButton, Facts } from '../parts/bits.js';
import { Content } from '../parts/level.js';
import { Link } from '../router/link.js';
import { useCan } from '../state/client-context.js';
import { FreeDisk, LastSeen } from './device-columns.js';
import { DeviceFiltersCard } from './device-filters-card.js';
import { DeviceLevel } from './device-level.js';
import { LatestJobsCard } from './latest-jobs-card.js';
import { LatestNotesCard } from './latest-notes-card.js';

/** The guide's summary of a device. */
export function DeviceSummaryView({ params: { deviceId = '' } }: ViewProps) {
  const can = useCan();
  return (
    <DeviceLevel deviceId={deviceId}>
      {(device) => (
        <Content>
          <div class="columns">
            <SystemCard device={device} />
            <div class="stack gap-5">
              <HardwareCard device={device} />
              {can('jobs') && <LatestJobsCard deviceId={device.id} />}
            </div>
            <div class="stack gap-5">
              <ManagementCard device={device} />
              <LatestNotesCard deviceId={device.id} />
              {can('filters') && device.status !== 'suspended' && <DeviceFiltersCard device={device} />}
            </div>
          </div>
        </Content>
      )}
    </DeviceLevel>
  );
}

function SystemCard({ device }: { readonly device: Device }) {
  return (
    <section class="card">
      <header>
        <h2>System</h2>
      </header>
      <div class="inner">
        <Facts
          facts={[
            { name: 'Operating system', value: device.operatingSystem },
            { name: 'Service pack', value: device.servicePack },
            { name: 'Architecture', value: device.architecture },
            {
              name: 'Type',
              value: device.typeOverride ? (
                <>
                  {capital(device.type)} <span class="faint">set by hand</span>
                </>
              ) : (
                capital(device.type)
              ),
            },
            { name: 'Domain', value: device.domain },
            { name: 'Last user', value: device.lastUser },
            { name: 'IP addresses', value: device.ipAddresses.join(', ') },
            { name: 'External IP', value: device.externalIp },
            { name: 'MAC addresses', value: device.macAddresses.join(', ') },
          ]}
        />
      </div>
    </section>
  );
}

function HardwareCard({ device }: { readonly device: Device }) {
  const { memoryBytes } = device;
  return (
    <section class="card">
      <header>
        <h2>Hardware</h2>
      </header>
      <div class="inner">
        <Facts
          facts={[
            { name: 'Manufacturer', value: device.manufacturer },
            { name: 'Model', value: device.model },
            { name: 'Serial number', value: device.serial },
            { name: 'Processor', value: device.processor },
            { name: 'Memory', value: memoryBytes === null ? null : formatBytes(memoryBytes) },
            { name: 'Free disk', value: device.diskBytes ? <FreeDisk device={device} /> : null },
          ]}
        />
      </div>
    </section>
  );
}

function ManagementCard({ device }: { readonly device: Device }) {
  const custom = device.customFields.flatMap((value, index) =>
    value ? [{ name: device.customFieldLabels[index] ?? `Custom field ${index + 1}`, value }] : [],
  );
  return (
    <section class="card">
      <header>
        <h2>Management</h2>
      </header>
      <div class="inner">
        <Facts
          facts={[
            { name: 'Description', value: device.description },
            {
              name: 'Profile',
              value: (
                <Link to={`/profiles/${device.profileId}`} class="link">
                  {device.profileName}
                </Link>
              ),
            },
            { name: 'Groups', value: device.groups.map(({ name }) => name).join(', ') },
            { name: 'Tags', value: device.tags.length > 0 && <AllTags tags={device.tags} /> },
            ...custom,
            { name: 'Last seen', value: <LastSeen device={device} /> },
            { name: 'Last audit', value: <Ago at={device.lastAuditAt} /> },
            { name: 'Enrolled', value: <Ago at={device.enrolledAt} /> },
            { name: 'Agent', value: device.agentVersion },
            {
              name: 'UID',
              value: (
                <span class="row tight">
                  <span class="mono wrap">{device.id}</span>
                  <CopyButton text={device.id} />
                </span>
              ),
            },
          ]}
        />
      </div>
    </section>
  );
}

function AllTags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span class="row tight wrap">
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  );
}
