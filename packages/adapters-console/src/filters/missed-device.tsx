import type { FilterNode } from '@rmm/client';
import { useState } from 'preact/hooks';
import { DeviceCombo } from '../devices/device-combo.js';
import { Badge } from '../parts/bits.js';
import { useQuery } from '../state/client-context.js';
import { errorText } from '../state/error-text.js';
import { ReasonTree } from './reason-tree.js';

interface Props {
  readonly filter: FilterNode;
  /** What confines it. */
  readonly within: { readonly profileId?: string; readonly scope?: string[] };
}

/** Looks a device up that one expects in the filter, and shows why it is there or not. */
export function MissedDevice({ filter, within }: Props) {
  const [deviceId, setDeviceId] = useState<string | undefined>(undefined);
  return (
    <section class="stack tight" aria-label="Why not?">
      <h3 class="strong-ish">Why is a device in it, or not?</h3>
      <DeviceCombo label="Device" value={deviceId} onValue={setDeviceId} small />
      {deviceId !== undefined && <Why deviceId={deviceId} filter={filter} within={within} />}
    </section>
  );
}

function Why({ deviceId, filter, within }: Props & { readonly deviceId: string }) {
  const { data, error, old } = useQuery('filters.explain', { deviceId, filter, ...within }, [
    { event: 'device.*', where: { deviceId } },
  ]);
  if (!data) return error ? <p class="problem">{errorText(error)}</p> : null;
  return (
    <div class={`stack tight ${old ? 'fetching' : ''}`}>
      <span>
        <Badge tone={data.holds ? 'good' : 'bad'}>{data.holds ? 'Fits' : 'Does not fit'}</Badge>
      </span>
      <ReasonTree reason={data.reason} />
    </div>
  );
}
