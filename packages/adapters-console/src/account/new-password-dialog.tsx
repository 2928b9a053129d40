import type { User } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/field.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** Sets another user's password. */
export function NewPasswordDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const client = useClient();
  const [password, setPassword] = useState('');
  const { run, busy, error } = useAction(async () => {
    await client.users.setPassword({ userId: user.id, password });
    toast(`The password of ${user.name} was set. Their sessions have ended.`);
    onClose();
  });
  return (
    <Dialog
      title={`Set a password for ${user.name}`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Set password
          </Button>
        </>
      }
    >
      <TextField
        label="New password"
        type="password"
        autocomplete="new-password"
        required
        autofocus
        value={password}
        onValue={setPassword}
        hint="At least 12 characters. All sessions of this user end."
        problem={fieldProblems(error).password}
      />
    </Dialog>
  );
}
