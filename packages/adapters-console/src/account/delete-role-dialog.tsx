import type { Role } from '@rmm/client';
import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField } from '../parts/field.js';
import { useRouter } from '../router/router-context.js';
import { useClient } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly role: Role;
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}

/** Deletes a role; its users get another one (guide, chapter 14, *Delete role*). */
export function DeleteRoleDialog({ role, roles, onClose }: Props) {
  const client = useClient();
  const router = useRouter();
  const others = roles.filter(({ id }) => id !== role.id);
  const [instead, setInstead] = useState('');
  const asks = role.members > 0;
  const { run, busy } = useAction(async () => {
    await client.roles.remove({ roleId: role.id, ...(asks && { reassignTo: instead }) });
    client.invalidate('roles.*');
    client.invalidate('users.*');
    toast(`The role “${role.name}” was deleted.`);
    onClose();
    router.hold(undefined);
    router.navigate('/account/roles', { replace: true });
  });
  return (
    <Dialog
      title={`Delete the role “${role.name}”?`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={busy} disabled={asks && !instead}>
            Delete role
          </Button>
        </>
      }
    >
      {asks ? (
        <div class="form">
          <p>
            {plural(role.members, 'user has', 'users have')} this role and {role.members === 1 ? 'gets' : 'get'} another
            one in its place.
          </p>
          <SelectField
            label="Role in its place"
            value={instead}
            choices={[
              { value: '', label: 'Choose …' },
              ...others.map(({ id, name, builtIn }) => ({ value: id, label: builtIn ? `${name} (everything)` : name })),
            ]}
            onValue={setInstead}
          />
        </div>
      ) : (
        <p>No user has it, so nobody loses anything.</p>
      )}
    </Dialog>
  );
}
