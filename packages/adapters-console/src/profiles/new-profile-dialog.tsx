import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { AreaField, TextField } from '../parts/field.js';
import { useRouter } from '../router/router-context.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

export function NewProfileDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const router = useRouter();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const { run, busy, error } = useAction(async () => {
    const profile = await client.profiles.create({ name: name.trim(), description: description.trim() });
    client.invalidate('profiles.*');
    toast(`The Profile “${profile.name}” was created.`);
    router.navigate(`/profiles/${profile.id}`);
  });
  return (
    <Dialog
      title="New Profile"
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Create Profile
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
          placeholder="Client or office"
          problem={fieldProblems(error).name}
        />
        <AreaField
          label="Description"
          value={description}
          onValue={setDescription}
          maxLength={4000}
          rows={3}
          hint="Filters can refer to it."
        />
      </div>
    </Dialog>
  );
}
