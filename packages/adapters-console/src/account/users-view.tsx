import type { User } from '@rmm/client';
import { useState } from 'preact/hooks';
import { SecurityLevel } from '../component-store/security-level.js';
import { initials } from '../format/words.js';
import { Ago, Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Loaded } from '../parts/loaded.js';
import { Menu } from '../parts/menu.js';
import { useRouter } from '../router/router-context.js';
import { useClient, useDesk, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { AccountLevel } from './account-level.js';
import { NewPasswordDialog } from './new-password-dialog.js';
import { UserDialog } from './user-dialog.js';

/** The people who may sign in. */
export function UsersView() {
  const users = useQuery('users.list', {}, ['user.changed', 'role.changed']);
  const [adding, setAdding] = useState(false);
  return (
    <AccountLevel
      actions={
        <Button kind="primary" icon="add" onClick={() => setAdding(true)}>
          New user
        </Button>
      }
    >
      <div class="content flush">
        <Loaded answer={users}>{({ items }) => <UserTable users={items} />}</Loaded>
      </div>
      {adding && <UserDialog onClose={() => setAdding(false)} />}
    </AccountLevel>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }) {
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Users">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              E-mail
            </th>
            <th scope="col">Roles</th>
            <th scope="col" class="wide-only">
              Security level
            </th>
            <th scope="col" class="wide-only">
              Created
            </th>
            <th scope="col">
              <span class="only-read">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UserRow({ user }: { readonly user: User }) {
  const { session } = useDesk();
  const { id, name, email, securityLevel, disabled, createdAt } = user;
  return (
    <tr>
      <td>
        <span class="name">
          <span class="avatar" aria-hidden="true">
            {initials(name)}
          </span>
          <span class="grow">
            <strong class="cut">{name}</strong>
            <span class="under cut">{email}</span>
          </span>
          {session.user?.id === id && <Badge>you</Badge>}
          {disabled && <Badge tone="warn">disabled</Badge>}
        </span>
      </td>
      <td class="muted wide-only">
        <span class="cut">{email}</span>
      </td>
      <td>
        <RolesOf user={user} />
      </td>
      <td class="wide-only">
        <SecurityLevel level={securityLevel} />
      </td>
      <td class="muted wide-only">
        <Ago at={createdAt} />
      </td>
      <td class="end">
        <UserMenu user={user} />
      </td>
    </tr>
  );
}

/** The role in force first, then the others that the user may take on. */
function RolesOf({ user: { roles, roleId, roleName } }: { readonly user: User }) {
  const others = roles.filter(({ id }) => id !== roleId);
  const several = others.length > 0;
  return (
    <span class="row tight wrap">
      <span {...(several && { title: 'In force' })}>{roleName}</span>
      {several && <Badge tone="accent">in force</Badge>}
      {others.map(({ id, name }) => (
        <Badge key={id}>{name}</Badge>
      ))}
    </span>
  );
}

function UserMenu({ user }: { readonly user: User }) {
  const { id, name, disabled } = user;
  const client = useClient();
  const router = useRouter();
  const [open, setOpen] = useState<'edit' | 'password' | undefined>(undefined);
  const toggle = useAction(async () => {
    await client.users.update({ userId: id, disabled: !disabled });
    client.invalidate('users.*');
    toast(disabled ? `${name} may sign in again.` : `${name} can no longer sign in.`);
  });
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Delete ${name}?`,
      body: <p>Their sessions end at once. What they did stays in the activity log.</p>,
      action: 'Delete user',
    });
    if (!yes) return;
    await client.users.remove({ userId: id });
    client.invalidate('users.*');
    toast(`${name} was deleted.`);
  });
  return (
    <>
      <Menu
        size="small"
        label={`Actions for ${name}`}
        items={[
          { label: 'Edit', icon: 'edit', onPick: () => setOpen('edit') },
          { label: 'Set a password', icon: 'key', onPick: () => setOpen('password') },
          {
            label: 'Explain access',
            icon: 'help',
            onPick: () => router.navigate(`/account/explain?userId=${id}`),
          },
          {
            label: disabled ? 'Enable' : 'Disable',
            icon: disabled ? 'check' : 'stop',
            onPick: () => void toggle.run(),
          },
          { label: 'Delete', icon: 'trash', danger: true, apart: true, onPick: () => void remove.run() },
        ]}
      />
      {open === 'edit' && <UserDialog user={user} onClose={() => setOpen(undefined)} />}
      {open === 'password' && <NewPasswordDialog user={user} onClose={() => setOpen(undefined)} />}
    </>
  );
}
