import type { Audit } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { formatBytes } from '../format/bytes.js';
import { plural } from '../format/words.js';
import { Badge, Bar, type Fact, Facts } from '../parts/bits.js';
import { Content } from '../parts/level.js';

type Sections = Audit['sections'];
type Hardware = NonNullable<Sections['hardware']>;

/** Machine, processors, memory, disks, volumes and what protects it. */
export function AuditHardware({ audit: { sections } }: { readonly audit: Audit }) {
  const { hardware, system, volumes, security } = sections;
  return (
    <Content>
      <div class="masonry">
        {system && <Card title="System" facts={systemFacts(system)} />}
        {hardware && <Card title="Machine" facts={machineFacts(hardware)} />}
        {hardware && <Card title="Processor and memory" facts={processorFacts(hardware)} />}
        {volumes && <VolumesCard volumes={volumes.volumes} />}
        {hardware && hardware.disks.length > 0 && <Card title="Disks" facts={diskFacts(hardware)} />}
        {hardware && hardware.displayAdapters.length + hardware.monitors.length > 0 && (
          <Card title="Display" facts={displayFacts(hardware)} />
        )}
        {security && <Card title="Protection" facts={securityFacts(security)} />}
      </div>
    </Content>
  );
}

function Card({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  const told = facts.filter(({ value }) => Boolean(value));
  return (
    <section class="card">
      <header>
        <h2>{title}</h2>
      </header>
      <div class="inner">
        {told.length > 0 ? <Facts facts={told} /> : <p class="muted">The device does not tell.</p>}
      </div>
    </section>
  );
}

const joined = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(' ');

function systemFacts(system: NonNullable<Sections['system']>): Fact[] {
  return [
    { name: 'Operating system', value: joined(system.osName, system.osVersion) },
    { name: 'Build', value: system.osBuild },
    { name: 'Service pack', value: system.servicePack },
    { name: 'Kernel', value: system.kernel },
    { name: 'Architecture', value: system.architecture },
    { name: 'Time zone', value: system.timeZone },
    { name: 'Last user', value: system.lastUser },
  ];
}

function machineFacts({ manufacturer, model, serial, motherboard, bios }: Hardware): Fact[] {
  return [
    { name: 'Manufacturer', value: manufacturer },
    { name: 'Model', value: model },
    { name: 'Serial number', value: serial },
    { name: 'Motherboard', value: motherboard && joined(motherboard.manufacturer, motherboard.model) },
    { name: 'BIOS', value: bios && joined(bios.vendor, bios.version) },
    { name: 'BIOS date', value: bios?.releasedOn },
  ];
}

function processorFacts({ processors, memoryBytes }: Hardware): Fact[] {
  return [
    ...processors.map(({ model, cores, threads, speedMHz }, index) => ({
      name: processors.length > 1 ? `Processor ${index + 1}` : 'Processor',
      value: (
        <>
          {model}
          <br />
          <span class="muted">
            {[
              cores !== undefined && plural(cores, 'core'),
              threads !== undefined && plural(threads, 'thread'),
              speedMHz !== undefined && `${(speedMHz / 1000).toFixed(1)} GHz`,
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        </>
      ),
    })),
    { name: 'Memory', value: formatBytes(memoryBytes) },
  ];
}

function diskFacts({ disks }: Hardware): Fact[] {
  return disks.map(({ name, model, sizeBytes, kind, serial }) => ({
    name,
    value: (
      <>
        {model || kind || 'Disk'}
        {sizeBytes !== undefined && <span class="muted">, {formatBytes(sizeBytes)}</span>}
        {model && kind && <span class="muted">, {kind}</span>}
        {serial && (
          <>
            <br />
            <span class="muted">Serial {serial}</span>
          </>
        )}
      </>
    ),
  }));
}

function displayFacts({ displayAdapters, monitors }: Hardware): Fact[] {
  return [
    { name: 'Adapter', value: displayAdapters.map(({ name }) => name).join(', ') },
    { name: 'Monitor', value: monitors.map(({ name, serial }) => joined(name, serial && `(${serial})`)).join(', ') },
  ];
}

function securityFacts({ antivirus, firewall, updates }: NonNullable<Sections['security']>): Fact[] {
  return [
    { name: 'Antivirus', value: <Products products={antivirus} /> },
    { name: 'Firewall', value: <Products products={firewall} /> },
    { name: 'Updates', value: updates ? <OnOff name={updates.product} on={updates.enabled} /> : <None /> },
  ];
}

type Product = NonNullable<Sections['security']>['antivirus'][number];

function Products({ products }: { readonly products: readonly Product[] }): ComponentChildren {
  if (products.length === 0) return <None />;
  return products.map(({ product, enabled, updated }) => (
    <div key={product} class="row">
      <OnOff name={product} on={enabled} />
      {updated === false && <Badge tone="warn">not up to date</Badge>}
    </div>
  ));
}

const None = () => <span class="faint">none reported</span>;

function OnOff({ name, on }: { readonly name: string; readonly on: boolean }) {
  return (
    <span class="row">
      {name} <Badge tone={on ? 'good' : 'bad'}>{on ? 'on' : 'off'}</Badge>
    </span>
  );
}

type Volume = NonNullable<Sections['volumes']>['volumes'][number];

function VolumesCard({ volumes }: { readonly volumes: readonly Volume[] }) {
  return (
    <section class="card">
      <header>
        <h2>Volumes</h2>
      </header>
      <div class="inner stack">
        {volumes.map(({ mount, fileSystem, sizeBytes, freeBytes }) => {
          const used = sizeBytes > 0 ? 1 - freeBytes / sizeBytes : 0;
          return (
            <div key={mount} class="stack tight">
              <div class="row between">
                <span class="cut">
                  <span class="mono">{mount}</span> <span class="faint">{fileSystem}</span>
                </span>
                <span class="number muted">
                  {formatBytes(freeBytes)} free of {formatBytes(sizeBytes)}
                </span>
              </div>
              <Bar
                tall
                parts={[{ share: used, tone: used > 0.9 ? 'bad' : used > 0.8 ? 'warn' : '' }]}
                label={`${mount}: ${Math.round(used * 100)} % used`}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
