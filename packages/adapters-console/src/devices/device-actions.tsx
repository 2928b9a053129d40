import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { JobDialog } from '../jobs/job-dialog-lazy.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { useCan, useClient, useLocked, useReach } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { AddToGroupDialog } from './add-to-group-dialog.js';
import { MoveDialog } from './move-dialog.js';
import { TagDialog } from './tag-dialog.js';

interface Props {
  readonly deviceIds: readonly string[];
  /** Names of those in sight, to say what a question is about. */
  readonly hostnames: readonly string[];
  readonly suspended: boolean;
  /** @param gone - the devices are no longer where they were */
  readonly onDone: (gone: boolean) => void;
}

type Open = 'job' | 'move' | 'group' | 'tag' | undefined;

/** The guide's action bar: what can be done with the chosen devices. */
export function DeviceActions(props: Props) {
  return props.suspended ? <Restoring {...props} /> : <Managing {...props} />;
}

function Managing({ deviceIds, hostnames, onDone }: Props) {
  const can = useCan();
  const locked = useLocked();
  const grouping = useReach()() && can('groups', 'manage');
  const [open, setOpen] = useState<Open>(undefined);
  const { audit, favourite, remove } = useCommands({ deviceIds, hostnames, onDone });
  const close = () => setOpen(undefined);
  const done = (gone: boolean) => {
    close();
    onDone(gone);
  };
  const manage = can('devices', 'manage');
  const label = nameOf(deviceIds, hostnames);
  return (
    <>
      {can('jobs', 'manage') && (
        <Button kind="ghost" icon="play" onClick={() => setOpen('job')}>
          Run job
        </Button>
      )}
      {manage && (
        <>
          <Button kind="ghost" icon="audit" busy={audit.busy} onClick={() => void audit.run()}>
            Request audit
          </Button>
          <span class="gap" />
          <Button kind="ghost" icon="move" onClick={() => setOpen('move')}>
            Move
          </Button>
        </>
      )}
      {grouping && (
        <Button kind="ghost" icon="folder" onClick={() => setOpen('group')}>
          Add to group
        </Button>
      )}
      {manage && (
        <Button kind="ghost" icon="tag" onClick={() => setOpen('tag')}>
          Tag
        </Button>
      )}
      {locked === undefined && (
        <Button kind="ghost" icon="star" busy={favourite.busy} onClick={() => void favourite.run()}>
          Favourite
        </Button>
      )}
      {manage && (
        <>
          <span class="gap" />
          <Button kind="ghost" icon="trash" busy={remove.busy} onClick={() => void remove.run()}>
            Delete
          </Button>
        </>
      )}
      {open === 'job' && <JobDialog target={{ deviceIds, label, devices: deviceIds.length }} onClose={close} />}
      {open === 'move' && <MoveDialog deviceIds={deviceIds} label={label} onClose={close} onDone={done} />}
      {open === 'group' && <AddToGroupDialog deviceIds={deviceIds} label={label} onClose={close} onDone={done} />}
      {open === 'tag' && <TagDialog deviceIds={deviceIds} label={label} onClose={close} onDone={done} />}
    </>
  );
}

function Restoring({ deviceIds, hostnames, onDone }: Props) {
  const client = useClient();
  const can = useCan();
  const restore = useAction(async () => {
    const { restored } = await client.devices.restore({ deviceIds: [...deviceIds] });
    toast(`${plural(restored, 'device')} restored. Enrol again where the agent is already gone.`);
    onDone(true);
  });
  if (!can('devices', 'manage')) return null;
  return (
    <Button kind="ghost" icon="restore" busy={restore.busy} onClick={() => void restore.run()}>
      Restore {nameOf(deviceIds, hostnames)}
    </Button>
  );
}

type Commanded = Pick<Props, 'deviceIds' | 'hostnames' | 'onDone'>;

/** The actions that need no dialog of their own. */
export function useCommands({ deviceIds, hostnames, onDone }: Commanded) {
  const client = useClient();
  const ids = [...deviceIds];
  const audit = useAction(async () => {
    const { requested } = await client.devices.requestAudit({ deviceIds: ids });
    toast(`Audit requested of ${plural(requested, 'device')}. Absent ones do it when they return.`);
    onDone(false);
  });
  const favourite = useAction(async () => {
    await client.devices.favourite({ deviceIds: ids, favourite: true });
    client.invalidate('filters.list');
    toast(`${nameOf(deviceIds, hostnames)} marked as favourite.`);
    onDone(false);
  });
  const remove = useAction(async () => {
    if (!(await confirm(removalQuestion(deviceIds, hostnames)))) return;
    const { removed } = await client.devices.remove({ deviceIds: ids });
    toast(`${plural(removed, 'device')} deleted.`, {
      link: { to: '/system/suspended', label: 'Suspended devices' },
    });
    onDone(true);
  });
  return { audit, favourite, remove };
}

function removalQuestion(deviceIds: readonly string[], hostnames: readonly string[]) {
  const name = nameOf(deviceIds, hostnames);
  const shown = hostnames.slice(0, 8);
  const more = deviceIds.length - shown.length;
  return {
    title: `Delete ${name}?`,
    action: `Delete ${name}`,
    body: (
      <>
        <p>
          {deviceIds.length === 1 ? 'Its agent uninstalls itself' : 'Their agents uninstall themselves'}, at once or on
          return, and {deviceIds.length === 1 ? 'it is' : 'they are'} no longer managed. Audits and notes are kept under
          Suspended devices, from where {deviceIds.length === 1 ? 'it' : 'they'} can be restored.
        </p>
        {deviceIds.length > 1 && (
          <p class="muted">
            {shown.join(', ')}
            {more > 0 && ` and ${more} more`}
          </p>
        )}
      </>
    ),
  };
}

/** One device by its name, several by their number. */
export function nameOf(deviceIds: readonly string[], hostnames: readonly string[]): string {
  const [only] = hostnames;
  return deviceIds.length === 1 && only ? only : plural(deviceIds.length, 'device');
}
