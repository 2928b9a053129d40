import type { Permission, Role } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

type PermissionLevel = Role['permissions'][string];

const LEVELS = [
  { value: 'disabled', label: 'No' },
  { value: 'view', label: 'View' },
  { value: 'manage', label: 'Manage' },
] as const satisfies readonly { value: PermissionLevel; label: string }[];

interface Props {
  readonly role?: Role;
  readonly permissions: readonly Permission[];
  readonly onClose: () => void;
}

/** Makes a role, or changes one. */
export function RoleDialog({ role, permissions, onClose }: Props) {
  const client = useClient();
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [levels, setLevels] = useState<Readonly<Record<string, PermissionLevel>>>(role?.permissions ?? {});
  const { run, busy, error } = useAction(async () => {
    const input = { name: name.trim(), description: description.trim(), permissions: { ...levels } };
    if (role) await client.roles.update({ roleId: role.id, ...input });
    else await client.roles.create(input);
    client.invalidate('roles.*');
    toast(`The role “${name}” was saved.`);
    onClose();
  });
  return (
    <Dialog
      title={role ? `Edit “${role.name}”` : 'New role'}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {role ? 'Save' : 'Create role'}
          </Button>
        </>
      }
    >
      <div class="form">
        <TextField
          label="Name"
          value={name}
          onValue={setName}
          required
          autofocus
          maxLength={255}
          problem={fieldProblems(error).name}
        />
        <TextField label="Description" value={description} onValue={setDescription} maxLength={4000} />
        <div class="permissions">
          {permissions.map((permission) => (
            <div key={permission.name} class="row between">
              <span class="grow">
                {permission.label}
                <span class="hint muted">{permission.description}</span>
              </span>
              <Segmented
                size="small"
                label={permission.label}
                value={levels[permission.name] ?? 'disabled'}
                choices={LEVELS}
                onValue={(level) => setLevels({ ...levels, [permission.name]: level })}
              />
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
