import type { Permission, Role } from '@rmm/client';
import { useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { Menu } from '../parts/menu.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { AccountLevel } from './account-level.js';
import { RoleDialog } from './role-dialog.js';

/** What users may see and do, by their role. */
export function RolesView() {
  const can = useCan();
  const roles = useQuery('roles.list', {}, ['role.changed', 'user.changed']);
  const [editing, setEditing] = useState<Role | 'new' | undefined>(undefined);
  const permissions = roles.data?.permissions ?? [];
  const manage = can('account', 'manage');
  return (
    <AccountLevel
      actions={
        manage && (
          <Button kind="primary" icon="add" onClick={() => setEditing('new')}>
            New role
          </Button>
        )
      }
    >
      <Content>
        <Loaded answer={roles}>
          {({ items }) => (
            <div class="cards">
              {items.map((role) => (
                <RoleCard
                  key={role.id}
                  role={role}
                  permissions={permissions}
                  manage={manage}
                  onEdit={() => setEditing(role)}
                />
              ))}
            </div>
          )}
        </Loaded>
      </Content>
      {editing && (
        <RoleDialog
          permissions={permissions}
          {...(editing !== 'new' && { role: editing })}
          onClose={() => setEditing(undefined)}
        />
      )}
    </AccountLevel>
  );
}

interface CardProps {
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly manage: boolean;
  readonly onEdit: () => void;
}

function RoleCard({ role, permissions, manage, onEdit }: CardProps) {
  const client = useClient();
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Delete the role “${role.name}”?`,
      body: <p>No user has it, so nobody loses anything.</p>,
      action: 'Delete role',
    });
    if (!yes) return;
    await client.roles.remove({ roleId: role.id });
    client.invalidate('roles.*');
    toast(`The role “${role.name}” was deleted.`);
  });
  const granted = permissions.filter(({ name }) => (role.permissions[name] ?? 'disabled') !== 'disabled');
  return (
    <section class="card">
      <header>
        <h2>{role.name}</h2>
        <span class="row">
          <span class="muted">{plural(role.members, 'user')}</span>
          {manage && !role.builtIn && (
            <Menu
              size="small"
              label={`Actions for ${role.name}`}
              items={[
                { label: 'Edit', icon: 'edit', onPick: onEdit },
                ...(role.members === 0
                  ? [{ label: 'Delete', icon: 'trash' as const, danger: true, onPick: () => void remove.run() }]
                  : []),
              ]}
            />
          )}
        </span>
      </header>
      <div class="inner stack">
        <p class="muted">{role.builtIn ? 'Everything. It cannot be changed or deleted.' : role.description}</p>
        {!role.builtIn && (
          <div class="row tight wrap">
            {granted.map(({ name, label }) => (
              <Badge key={name} tone={role.permissions[name] === 'manage' ? 'accent' : 'plain'}>
                {label}
                {role.permissions[name] === 'view' && <span class="faint"> view</span>}
              </Badge>
            ))}
            {granted.length === 0 && <span class="faint">No permissions.</span>}
          </div>
        )}
      </div>
    </section>
  );
}
