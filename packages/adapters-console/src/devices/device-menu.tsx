import type { Device } from '@rmm/client';
import { useState } from 'preact/hooks';
import { JobDialog } from '../jobs/job-dialog-lazy.js';
import { Button } from '../parts/button.js';
import { Menu, type MenuItem } from '../parts/menu.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useReach } from '../state/client-context.js';
import { AddToGroupDialog } from './add-to-group-dialog.js';
import { DeviceActions, useCommands } from './device-actions.js';
import { EditDeviceDialog } from './edit-device-dialog.js';
import { MoveDialog } from './move-dialog.js';

type Open = 'job' | 'edit' | 'move' | 'group' | undefined;

/** The action bar of one device: the usual ones as buttons, the rest in a menu. */
export function DeviceMenu({ device, onDone }: { readonly device: Device; readonly onDone: () => void }) {
  const { id, hostname } = device;
  const can = useCan();
  const router = useRouter();
  const grouping = useReach()() && can('groups', 'manage');
  const [open, setOpen] = useState<Open>(undefined);
  const names = { deviceIds: [id], hostnames: [hostname] };
  const { audit, remove } = useCommands({ ...names, onDone });
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    onDone();
  };
  if (device.status === 'suspended') return <DeviceActions {...names} suspended onDone={onDone} />;
  const manage = can('devices', 'manage');
  const items: MenuItem[] = [
    ...(manage
      ? ([
          { label: 'Edit', icon: 'edit', onPick: () => setOpen('edit') },
          { label: 'Move to a Profile', icon: 'move', onPick: () => setOpen('move') },
        ] as const)
      : []),
    ...(grouping ? [{ label: 'Add to a group', icon: 'folder' as const, onPick: () => setOpen('group') }] : []),
    ...(can('account.activity')
      ? [
          {
            label: 'Activity',
            icon: 'history' as const,
            apart: true,
            onPick: () => router.navigate(`/account/activity?deviceId=${id}`),
          },
        ]
      : []),
    ...(can('accountadmin')
      ? [
          {
            label: 'Explain access',
            icon: 'shield' as const,
            onPick: () => router.navigate(`/account/explain?deviceId=${id}`),
          },
        ]
      : []),
    ...(manage
      ? [{ label: 'Delete', icon: 'trash' as const, danger: true, apart: true, onPick: () => void remove.run() }]
      : []),
  ];
  const dialog = { deviceIds: [id], label: hostname, onClose: close, onDone: done };
  return (
    <div class="row tight">
      {manage && (
        <Button icon="audit" class="wide-only" busy={audit.busy} onClick={() => void audit.run()}>
          Request audit
        </Button>
      )}
      {can('jobs', 'manage') && (
        <Button kind="primary" icon="play" onClick={() => setOpen('job')}>
          Run job
        </Button>
      )}
      {items.length > 0 && <Menu label={`More for ${hostname}`} items={items} />}
      {open === 'job' && <JobDialog target={{ deviceIds: [id], label: hostname, devices: 1 }} onClose={close} />}
      {open === 'edit' && <EditDeviceDialog device={device} onClose={close} onSaved={dialog.onDone} />}
      {open === 'move' && <MoveDialog {...dialog} />}
      {open === 'group' && <AddToGroupDialog {...dialog} />}
    </div>
  );
}
