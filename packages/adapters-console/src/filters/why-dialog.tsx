import type { FilterNode } from '@rmm/client';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { Loaded } from '../parts/loaded.js';
import { useQuery } from '../state/client-context.js';
import { ReasonTree } from './reason-tree.js';

interface Props {
  readonly device: { readonly id: string; readonly hostname: string };
  /** A stored or default filter, or one out of a link. */
  readonly of: { readonly filterId: string } | { readonly filter: FilterNode };
  /** What the filter is called. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Why a device is in a filter, or is not. */
export function WhyDialog({ device, of, name, onClose }: Props) {
  const why = useQuery('filters.explain', { deviceId: device.id, ...of }, [
    { event: 'device.*', where: { deviceId: device.id } },
    'filter.changed',
    'group.changed',
  ]);
  const holds = why.data?.holds;
  const title =
    holds === false ? `Why ${device.hostname} is not in “${name}”` : `Why ${device.hostname} is in “${name}”`;
  return (
    <Dialog title={title} onClose={onClose} buttons={<Button onClick={onClose}>Close</Button>}>
      <Loaded answer={why}>{({ reason }) => <ReasonTree reason={reason} />}</Loaded>
    </Dialog>
  );
}
