import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Combo } from '../parts/combo.js';
import { Dialog } from '../parts/dialog.js';
import { Field, TextField } from '../parts/field.js';
import { PlanLine } from '../policies/plan/plan-line.js';
import { useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import type { DeviceDialogProps } from './move-dialog.js';

const NEW = '+';

/** Puts devices into a group of the System, an old one or a new one. */
export function AddToGroupDialog({ deviceIds, label, onClose, onDone }: DeviceDialogProps) {
  const client = useClient();
  const { data } = useQuery('groups.list', {}, ['group.changed']);
  const groups = (data?.items ?? []).filter(({ kind }) => kind === 'system-devices');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [name, setName] = useState('');
  const makesNew = chosen === NEW || (data !== undefined && groups.length === 0);
  const { run, busy } = useAction(async () => {
    const group = makesNew
      ? await client.groups.create({ kind: 'system-devices', name: name.trim() })
      : groups.find(({ id }) => id === chosen);
    if (!group) return;
    await client.groups.addDevices({ groupId: group.id, deviceIds: [...deviceIds] });
    client.invalidate('groups.*');
    toast(`${label} added to “${group.name}”.`, {
      link: { to: `/system/devices?group=${group.id}`, label: 'Show it' },
    });
    onDone(false);
  });
  return (
    <Dialog
      title={`Add ${label} to a group`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={makesNew ? !name.trim() : !chosen}>
            Add
          </Button>
        </>
      }
    >
      <div class="form">
        {groups.length > 0 && (
          <Field label="Group">
            {({ id }) => (
              <Combo
                id={id}
                label="Group"
                value={chosen}
                options={[
                  ...groups.map((group) => ({
                    value: group.id,
                    label: group.name,
                    tally: plural(group.members, 'device'),
                  })),
                  { value: NEW, label: 'New group …' },
                ]}
                onValue={setChosen}
              />
            )}
          </Field>
        )}
        <PlanLine
          title={`What adding ${label} to the group changes`}
          change={chosen && !makesNew ? { kind: 'group', groupId: chosen, add: [...deviceIds] } : undefined}
        />
        {makesNew && (
          <TextField label="Name of the new group" value={name} onValue={setName} required autofocus maxLength={255} />
        )}
      </div>
    </Dialog>
  );
}
