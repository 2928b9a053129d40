import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Combo } from '../parts/combo.js';
import { Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { PlanLine } from '../policies/plan/plan-line.js';
import { useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

export interface DeviceDialogProps {
  readonly deviceIds: readonly string[];
  /** For people: a host name or “12 devices”. */
  readonly label: string;
  readonly onClose: () => void;
  readonly onDone: (gone: boolean) => void;
}

export function MoveDialog({ deviceIds, label, onClose, onDone }: DeviceDialogProps) {
  const client = useClient();
  const [profileId, setProfileId] = useState<string | undefined>(undefined);
  const { data } = useQuery('profiles.list', {}, ['profile.changed']);
  const profiles = data?.items ?? [];
  const { run, busy } = useAction(async () => {
    if (!profileId) return;
    const { moved } = await client.devices.move({ deviceIds: [...deviceIds], profileId });
    const name = profiles.find(({ id }) => id === profileId)?.name ?? '';
    toast(`${plural(moved, 'device')} moved to “${name}”.`, {
      link: { to: `/profiles/${profileId}/devices`, label: 'Show it' },
    });
    onDone(true);
  });
  return (
    <Dialog
      title={`Move ${label}`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!profileId}>
            Move
          </Button>
        </>
      }
    >
      <div class="stack">
        <Field
          label="To the Profile"
          hint="Variables, proxy and custom field names of that Profile apply from then on; jobs that still wait are withdrawn."
        >
          {({ id }) => (
            <Combo
              id={id}
              label="Profile"
              value={profileId}
              options={profiles.map((one) => ({
                value: one.id,
                label: one.name,
                tally: plural(one.devices.total, 'device'),
              }))}
              onValue={setProfileId}
            />
          )}
        </Field>
        <PlanLine
          title={`What moving ${label} changes`}
          change={profileId ? { kind: 'move', deviceIds: [...deviceIds], profileId } : undefined}
        />
      </div>
    </Dialog>
  );
}
