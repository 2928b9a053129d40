import type { User } from '@rmm/client';
import { useState } from 'preact/hooks';
import { SECURITY_LEVELS } from '../component-store/security-level.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField, TextField } from '../parts/field.js';
import { useClient, useQuery } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';

/** Makes a user, or changes one. */
export function UserDialog({ user, onClose }: { readonly user?: User; readonly onClose: () => void }) {
  const client = useClient();
  const { data: roles } = useQuery('roles.list', {}, ['role.changed']);
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState(user?.roleId ?? '');
  const [level, setLevel] = useState(String(user?.securityLevel ?? 1));
  const choices = (roles?.items ?? []).map((one) => ({ value: one.id, label: one.name }));
  const roleId = role || (choices.at(-1)?.value ?? '');
  const { run, busy, error } = useAction(async () => {
    const common = { name: name.trim(), roleId, securityLevel: Number(level) };
    if (user) await client.users.update({ userId: user.id, ...common });
    else await client.users.create({ ...common, email: email.trim(), password });
    client.invalidate('users.*');
    toast(user ? `${name} saved.` : `${name} can sign in now.`);
    onClose();
  });
  const problems = fieldProblems(error);
  return (
    <Dialog
      title={user ? `Edit ${user.name}` : 'New user'}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!roleId}>
            {user ? 'Save' : 'Create user'}
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
        {!user && (
          <NewAccount
            email={email}
            onEmail={setEmail}
            password={password}
            onPassword={setPassword}
            problems={problems}
          />
        )}
        <div class="pair">
          <SelectField
            label="Role"
            value={roleId}
            choices={choices}
            onValue={setRole}
            hint="What the user may see and do"
          />
          <SelectField
            label="Security level"
            value={level}
            choices={SECURITY_LEVELS}
            onValue={setLevel}
            hint="Which components they may run"
          />
        </div>
      </div>
    </Dialog>
  );
}

interface NewAccountProps {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly problems: Readonly<Record<string, string>>;
}

/** With what a new user signs in. */
function NewAccount({ email, onEmail, password, onPassword, problems }: NewAccountProps) {
  return (
    <>
      <TextField
        label="E-mail"
        type="email"
        autocomplete="off"
        required
        value={email}
        onValue={onEmail}
        problem={problems.email}
      />
      <TextField
        label="Password"
        type="password"
        autocomplete="new-password"
        required
        value={password}
        onValue={onPassword}
        hint="At least 12 characters. Tell it the user by another way than e-mail."
        problem={problems.password}
      />
    </>
  );
}
