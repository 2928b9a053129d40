import type { Audit } from '@rmm/client';
import type { ViewProps } from '../app/view-props.js';
import { Ago } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useLocation, useSearch, withSearch } from '../router/router-context.js';
import { useCan, useQuery } from '../state/client-context.js';
import { AuditChanges } from './audit-changes.js';
import { AuditHardware } from './audit-hardware.js';
import { AuditNetwork } from './audit-network.js';
import { AuditSoftware } from './audit-software.js';
import { useCommands } from './device-actions.js';
import { DeviceLevel } from './device-level.js';

const PARTS = [
  { part: 'hardware', label: 'Hardware' },
  { part: 'software', label: 'Software' },
  { part: 'network', label: 'Network' },
  { part: 'changes', label: 'Change log' },
] as const;

/** What is in and on a device, and what changed. */
export function AuditView({ params: { deviceId = '' } }: ViewProps) {
  const [query] = useSearch();
  const part = PARTS.find((one) => one.part === query.get('part'))?.part ?? 'hardware';
  const audit = useQuery('audits.get', { deviceId }, [{ event: 'device.audited', where: { deviceId } }]);
  return (
    <DeviceLevel deviceId={deviceId}>
      {(device) => (
        <div class="content flush">
          <PartBar part={part} audit={audit.data} />
          {part === 'changes' ? (
            <AuditChanges deviceId={deviceId} />
          ) : (
            <Loaded answer={audit} waiting={<Content>{null}</Content>}>
              {(data) =>
                data.auditedAt === null ? (
                  <NotYet deviceId={deviceId} hostname={device.hostname} online={device.status === 'online'} />
                ) : part === 'software' ? (
                  <AuditSoftware audit={data} />
                ) : part === 'network' ? (
                  <AuditNetwork audit={data} />
                ) : (
                  <AuditHardware audit={data} />
                )
              }
            </Loaded>
          )}
        </div>
      )}
    </DeviceLevel>
  );
}

function PartBar({ part, audit }: { readonly part: string; readonly audit: Audit | undefined }) {
  const { path } = useLocation();
  const packages = audit?.sections.software?.packages.length;
  return (
    <div class="strip slim">
      <nav class="segmented" aria-label="Parts of the audit">
        {PARTS.map((one) => (
          <Link
            key={one.part}
            to={withSearch(path, '', { part: one.part === 'hardware' ? undefined : one.part })}
            current={part === one.part}
          >
            {one.label}
            {one.part === 'software' && packages !== undefined && <span class="tally"> {packages}</span>}
          </Link>
        ))}
      </nav>
      <span class="grow" />
      {audit?.auditedAt && (
        <span class="muted wide-only">
          Audited <Ago at={audit.auditedAt} />
        </span>
      )}
    </div>
  );
}

function NotYet({ deviceId, hostname, online }: { deviceId: string; hostname: string; online: boolean }) {
  const can = useCan();
  const { audit } = useCommands({ deviceIds: [deviceId], hostnames: [hostname], onDone: () => {} });
  return (
    <Empty
      icon="audit"
      title="Not audited yet"
      actions={
        can('devices', 'manage') && (
          <Button kind="primary" busy={audit.busy} onClick={() => void audit.run()}>
            Request audit
          </Button>
        )
      }
    >
      {online ? 'The first audit arrives within a minute.' : 'The device is offline; it is audited when it returns.'}
    </Empty>
  );
}
