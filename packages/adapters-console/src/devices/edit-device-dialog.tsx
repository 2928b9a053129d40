import type { Device, DeviceType } from '@rmm/client';
import { useState } from 'preact/hooks';
import { capital } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { AreaField, Field, SelectField, TextField } from '../parts/field.js';
import { TagInput } from '../parts/tag-input.js';
import { useClient, useQuery } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly device: Device;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const TYPES: readonly DeviceType[] = ['server', 'workstation', 'laptop', 'smartphone', 'unknown'];

/** What people say of a device: description, type, tags, custom fields. */
export function EditDeviceDialog({ device, onClose, onSaved }: Props) {
  const client = useClient();
  const [description, setDescription] = useState(device.description);
  const [type, setType] = useState<DeviceType | 'auto'>(device.typeOverride ?? 'auto');
  const [tags, setTags] = useState<readonly string[]>(device.tags);
  const [fields, setFields] = useState(device.customFields.map((value) => value ?? ''));
  const { data: known } = useQuery('devices.tags', {}, ['device.changed']);
  const { run, busy, error } = useAction(async () => {
    await client.devices.update({
      deviceId: device.id,
      description: description.trim(),
      typeOverride: type === 'auto' ? null : type,
      customFields: fields.map((value) => value.trim() || null),
    });
    const add = tags.filter((tag) => !device.tags.includes(tag));
    const remove = device.tags.filter((tag) => !tags.includes(tag));
    if (add.length + remove.length > 0) await client.devices.tag({ deviceIds: [device.id], add, remove });
    toast(`${device.hostname} saved.`);
    onSaved();
  });
  return (
    <Dialog
      title={`Edit ${device.hostname}`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Save
          </Button>
        </>
      }
    >
      <div class="form">
        <AreaField
          label="Description"
          value={description}
          onValue={setDescription}
          rows={2}
          maxLength={4000}
          autofocus
          problem={fieldProblems(error).description}
        />
        <Field label="Tags">
          {({ id }) => <TagInput id={id} label="Tags" tags={tags} onTags={setTags} known={known?.items ?? []} />}
        </Field>
        <SelectField
          label="Type"
          value={type}
          choices={[
            { value: 'auto', label: 'As the audit tells' },
            ...TYPES.map((value) => ({ value, label: capital(value) })),
          ]}
          onValue={setType}
        />
        <div class="pair">
          {fields.map((value, index) => (
            <TextField
              key={index}
              label={device.customFieldLabels[index] ?? `Custom field ${index + 1}`}
              value={value}
              maxLength={255}
              onValue={(next) => setFields(fields.with(index, next))}
            />
          ))}
        </div>
      </div>
    </Dialog>
  );
}
