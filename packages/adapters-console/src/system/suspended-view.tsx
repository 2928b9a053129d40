import { DeviceBrowser } from '../devices/device-browser.js';
import { Empty } from '../parts/states.js';
import { SystemLevel } from './system-level.js';

const SCOPE = { suspended: true };

/** Deleted devices, which can be restored. */
export function SuspendedView() {
  return (
    <SystemLevel>
      <DeviceBrowser
        scope={SCOPE}
        without={['status', 'disk']}
        empty={
          <Empty icon="trash" title="No suspended devices">
            Devices that are deleted come here. Their audits and notes are kept, and they can be restored.
          </Empty>
        }
      />
    </SystemLevel>
  );
}
