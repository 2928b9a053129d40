import type { Role } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField, TextField } from '../parts/field.js';
import { useRouter } from '../router/router-context.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly roles: readonly Role[];
  /** The role to begin from. */
  readonly copyOf?: string;
  readonly onClose: () => void;
}

const BLANK = '';

/** Makes a role, blank or as another one is, and goes on to its page. */
export function NewRoleDialog({ roles, copyOf, onClose }: Props) {
  const client = useClient();
  const router = useRouter();
  const [base, setBase] = useState(copyOf ?? BLANK);
  const [name, setName] = useState(() => {
    const from = roles.find(({ id }) => id === copyOf);
    return from ? `Copy of ${from.name}` : '';
  });
  const [description, setDescription] = useState('');
  const { run, busy, error } = useAction(async () => {
    const role = await client.roles.create({
      name: name.trim(),
      ...(description.trim() && { description: description.trim() }),
      ...(base !== BLANK && { copyOf: base }),
    });
    client.invalidate('roles.*');
    toast(`The role “${role.name}” was created. Set what it shows and allows.`);
    onClose();
    router.navigate(`/account/roles/${role.id}`);
  });
  const problems = fieldProblems(error);
  return (
    <Dialog
      title="New role"
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Create role
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
          problem={problems.name}
        />
        <TextField label="Description" value={description} onValue={setDescription} maxLength={4000} />
        <SelectField
          label="Begin with"
          value={base}
          choices={[
            { value: BLANK, label: 'A blank role' },
            ...roles.map((role) => ({ value: role.id, label: `A copy of ${role.name}` })),
          ]}
          onValue={setBase}
          hint={
            base === BLANK
              ? 'A blank role shows all devices and allows nothing.'
              : 'What it shows and allows is copied, its users are not.'
          }
        />
      </div>
    </Dialog>
  );
}
