import type { Role, User } from '@rmm/client';
import { useState } from 'preact/hooks';
import { SECURITY_LEVELS } from '../component-store/security-level.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { Check, SelectField, TextField } from '../parts/field.js';
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
  const [roleIds, setRoleIds] = useState<readonly string[]>(() => user?.roles.map(({ id }) => id) ?? []);
  const [level, setLevel] = useState(String(user?.securityLevel ?? 1));
  const { run, busy, error } = useAction(async () => {
    const common = { name: name.trim(), roleIds: [...roleIds], securityLevel: Number(level) };
    if (user) await client.users.update({ userId: user.id, ...common });
    else await client.users.create({ ...common, email: email.trim(), password });
    client.invalidate('users.*');
    client.invalidate('roles.*');
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
          <Button type="submit" kind="primary" busy={busy} disabled={roleIds.length === 0}>
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
        <RoleChoice
          roles={roles?.items ?? []}
          chosen={roleIds}
          inForce={user && roleIds.includes(user.roleId) ? user.roleId : roleIds[0]}
          onChosen={setRoleIds}
        />
        <SelectField
          label="Security level"
          value={level}
          choices={SECURITY_LEVELS}
          onValue={setLevel}
          hint="Components above this level are neither shown to them nor can they run them, whatever their role."
          problem={problems.securityLevel}
        />
      </div>
    </Dialog>
  );
}

interface RoleChoiceProps {
  readonly roles: readonly Role[];
  readonly chosen: readonly string[];
  readonly inForce: string | undefined;
  readonly onChosen: (ids: readonly string[]) => void;
}

/** One role or more; one of them is in force at a time. */
function RoleChoice({ roles, chosen, inForce, onChosen }: RoleChoiceProps) {
  return (
    <fieldset class="field">
      <legend class="label strong-ish">Roles</legend>
      <div class="role-choice">
        {roles.map(({ id, name, builtIn, description }) => (
          <span key={id} class="row">
            <Check
              label={name}
              checked={chosen.includes(id)}
              onChecked={(on) => onChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
            />
            <span class="faint cut grow">{builtIn ? 'everything, users and roles too' : description}</span>
            {id === inForce && chosen.length > 1 && <Badge tone="accent">in force</Badge>}
          </span>
        ))}
      </div>
      <div class="hint">
        {chosen.length === 0
          ? 'Choose at least one.'
          : 'What the user may see and do. With several, they choose which one is in force.'}
      </div>
    </fieldset>
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
