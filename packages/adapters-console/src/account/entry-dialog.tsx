import type { ActivityEntry } from '@rmm/client';
import { useDeviceName } from '../devices/device-combo.js';
import { formatTime } from '../format/time.js';
import { Badge, CopyButton, Facts } from '../parts/bits.js';
import { Dialog } from '../parts/dialog.js';
import { Link } from '../router/link.js';
import { useCan } from '../state/client-context.js';

const NAMED = 6;

/** Everything that an entry of the activity log holds. */
export function EntryDialog({ entry, onClose }: { readonly entry: ActivityEntry; readonly onClose: () => void }) {
  const {
    at,
    actorName,
    actorKind,
    roleName,
    summary,
    operation,
    outcome,
    deviceIds,
    input,
    withheld,
    about,
    sequence,
    hash,
  } = entry;
  const showsDevices = useCan()('devices');
  const named = deviceIds.slice(0, NAMED);
  const things = about.filter(({ kind }) => kind !== 'devices');
  return (
    <Dialog title={summary} onClose={onClose}>
      <div class="stack">
        <Facts
          facts={[
            {
              name: 'Who',
              value: (
                <span class="row tight wrap">
                  {actorName}
                  {actorKind === 'user' ? (
                    roleName && <span class="muted">as {roleName}</span>
                  ) : (
                    <Badge>{actorKind}</Badge>
                  )}
                </span>
              ),
            },
            { name: 'When', value: formatTime(at) },
            { name: 'Operation', value: <span class="mono">{operation}</span> },
            {
              name: 'Outcome',
              value: <Badge tone={outcome === 'done' ? 'good' : 'bad'}>{outcome}</Badge>,
            },
            ...(things.length > 0 ? [{ name: 'About', value: things.map(({ name }) => name).join(', ') }] : []),
            ...(deviceIds.length > 0 && showsDevices
              ? [
                  {
                    name: 'Devices',
                    value: (
                      <span class="row tight wrap">
                        {named.map((id) => (
                          <DeviceLink key={id} deviceId={id} onGo={onClose} />
                        ))}
                        {deviceIds.length > NAMED && <span class="muted">and {deviceIds.length - NAMED} more</span>}
                      </span>
                    ),
                  },
                ]
              : []),
            {
              name: 'Seal',
              value:
                sequence === null ? (
                  <span class="muted">not sealed yet, which takes seconds</span>
                ) : (
                  <span class="stack tight">
                    <span class="number">#{sequence}</span>
                    <span class="row tight">
                      <span class="mono faint wrap hash">{hash}</span>
                      {hash && <CopyButton text={hash} />}
                    </span>
                  </span>
                ),
            },
          ]}
        />
        <div class="field">
          <span class="label">Input, secrets masked</span>
          {withheld ? (
            <span class="muted">Your role does not show you what this is about.</span>
          ) : (
            <pre class="output boxed">{JSON.stringify(input, null, 2)}</pre>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function DeviceLink({ deviceId, onGo }: { readonly deviceId: string; readonly onGo: () => void }) {
  const name = useDeviceName(deviceId);
  return (
    <Link to={`/devices/${deviceId}`} class="link" onClick={onGo}>
      {name ?? '…'}
    </Link>
  );
}
