import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { TagInput } from '../parts/tag-input.js';
import { useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import type { DeviceDialogProps } from './move-dialog.js';

/** Adds tags to devices and takes tags from them. */
export function TagDialog({ deviceIds, label, onClose, onDone }: DeviceDialogProps) {
  const client = useClient();
  const { data } = useQuery('devices.tags', {}, ['device.changed']);
  const [add, setAdd] = useState<readonly string[]>([]);
  const [remove, setRemove] = useState<readonly string[]>([]);
  const known = data?.items ?? [];
  const { run, busy } = useAction(async () => {
    const { changed } = await client.devices.tag({
      deviceIds: [...deviceIds],
      ...(add.length > 0 && { add: [...add] }),
      ...(remove.length > 0 && { remove: [...remove] }),
    });
    client.invalidate('devices.tags');
    toast(`Tags of ${plural(changed, 'device')} changed.`);
    onDone(false);
  });
  return (
    <Dialog
      title={`Tag ${label}`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={add.length + remove.length === 0}>
            Save
          </Button>
        </>
      }
    >
      <div class="form">
        <Field label="Add" hint="Tags are words; a space ends one.">
          {({ id }) => <TagInput id={id} label="Tags to add" tags={add} onTags={setAdd} known={known} />}
        </Field>
        <Field label="Take away">
          {({ id }) => <TagInput id={id} label="Tags to take away" tags={remove} onTags={setRemove} known={known} />}
        </Field>
      </div>
    </Dialog>
  );
}
