import type { Variable } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { AreaField, Check, TextField } from '../parts/field.js';
import { useClient } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly profileId?: string;
  readonly variable?: Variable;
  readonly onClose: () => void;
}

export function VariableDialog({ profileId, variable, onClose }: Props) {
  const client = useClient();
  const [name, setName] = useState(variable?.name ?? '');
  const [value, setValue] = useState(variable?.value ?? '');
  const [masked, setMasked] = useState(variable?.masked ?? false);
  const { run, busy, error } = useAction(async () => {
    await client.variables.set({ name, value, masked, ...(profileId && { profileId }) });
    client.invalidate('variables.*');
    toast(`${name} was saved.`);
    onClose();
  });
  const problems = fieldProblems(error);
  const hint = variable?.masked ? 'The stored value is not shown; type a new one.' : undefined;
  return (
    <Dialog
      title={variable ? `Change ${variable.name}` : 'New variable'}
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
        <TextField
          label="Name"
          class="mono"
          value={name}
          onValue={setName}
          required
          autofocus={!variable}
          disabled={variable !== undefined}
          maxLength={128}
          pattern="[A-Za-z_][A-Za-z0-9_]*"
          spellcheck={false}
          placeholder="BACKUP_SERVER"
          hint="Letters, digits and underscores"
          problem={problems.name}
        />
        {masked ? (
          <TextField
            label="Value"
            type="password"
            autocomplete="new-password"
            value={value}
            onValue={setValue}
            hint={hint}
            problem={problems.value}
          />
        ) : (
          <AreaField
            label="Value"
            class="mono"
            rows={3}
            value={value}
            onValue={setValue}
            spellcheck={false}
            hint={hint}
            problem={problems.value}
          />
        )}
        <Check label="Mask: never show the value again" checked={masked} onChecked={setMasked} />
      </div>
    </Dialog>
  );
}
