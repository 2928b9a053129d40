import type { OutputOf, Role } from '@rmm/client';
import { useState } from 'preact/hooks';
import { useViewAs } from '../app/use-view-as.js';
import { formatNumber } from '../format/words.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { Menu } from '../parts/menu.js';
import { rowLink } from '../parts/row-link.js';
import { Link } from '../router/link.js';
import { useRouter } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { AccountLevel } from './account-level.js';
import { DeleteRoleDialog } from './delete-role-dialog.js';
import { NewRoleDialog } from './new-role-dialog.js';
import { describeLevels } from './permission-tree.js';
import { describeTools } from './tool-words.js';
import { describeVisibility } from './visibility-words.js';

type Roles = OutputOf<'roles.list'>;

/** What users see and may do, by their role. */
export function RolesView() {
  const roles = useQuery('roles.list', {}, ['role.changed', 'user.changed']);
  const [adding, setAdding] = useState(false);
  return (
    <AccountLevel
      actions={
        <Button kind="primary" icon="add" onClick={() => setAdding(true)}>
          New role
        </Button>
      }
    >
      <div class="content flush">
        <Loaded answer={roles}>{(data) => <RoleTable roles={data} />}</Loaded>
      </div>
      {adding && <NewRoleDialog roles={roles.data?.items ?? []} onClose={() => setAdding(false)} />}
    </AccountLevel>
  );
}

function RoleTable({ roles }: { readonly roles: Roles }) {
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Roles">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              Sees
            </th>
            <th scope="col" class="wide-only">
              May do
            </th>
            <th scope="col" class="end">
              Users
            </th>
            <th scope="col">
              <span class="only-read">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {roles.items.map((role) => (
            <RoleRow key={role.id} role={role} roles={roles} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RoleRow({ role, roles }: { readonly role: Role; readonly roles: Roles }) {
  const router = useRouter();
  const { id, name, description, builtIn, visibility, levels, tools, members } = role;
  const to = `/account/roles/${id}`;
  const sees = describeVisibility(visibility);
  const may = describeLevels(levels, roles.permissions);
  return (
    <tr {...rowLink(router, to)}>
      <td>
        <span class="name">
          <span class="grow">
            <span class="row">
              <Link to={to} class="cut">
                {name}
              </Link>
              {builtIn && <Badge>built in</Badge>}
            </span>
            {description && <span class="aside-text cut">{description}</span>}
            <span class="under cut">
              {sees} · {may}
            </span>
          </span>
        </span>
      </td>
      <td class="wide-only">{sees}</td>
      <td class="wide-only wrap-cell">
        {may}
        {!builtIn && <span class="faint"> · {describeTools(tools, roles.tools).toLowerCase()}</span>}
      </td>
      <td class="end number">{formatNumber(members)}</td>
      <td class="end">
        <RoleMenu role={role} roles={roles.items} />
      </td>
    </tr>
  );
}

interface MenuProps {
  readonly role: Role;
  readonly roles: readonly Role[];
  /** The menu stands on the role's own page. */
  readonly within?: boolean;
}

/** What can be done with a role as a whole. */
export function RoleMenu({ role, roles, within = false }: MenuProps) {
  const router = useRouter();
  const { start } = useViewAs();
  const [open, setOpen] = useState<'copy' | 'delete' | undefined>(undefined);
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu
        {...(!within && { size: 'small' as const })}
        label={`Actions for ${role.name}`}
        items={[
          ...(within
            ? []
            : [
                {
                  label: role.builtIn ? 'Show' : 'Edit',
                  icon: role.builtIn ? ('eye' as const) : ('edit' as const),
                  onPick: () => router.navigate(`/account/roles/${role.id}`),
                },
                { label: 'View as this role', icon: 'eye' as const, onPick: () => void start.run(role) },
              ]),
          { label: 'Copy', icon: 'copy', onPick: () => setOpen('copy') },
          {
            label: 'Explain its access',
            icon: 'help',
            onPick: () => router.navigate(`/account/explain?roleId=${role.id}`),
          },
          ...(role.builtIn
            ? []
            : [
                {
                  label: 'Delete',
                  icon: 'trash' as const,
                  danger: true,
                  apart: true,
                  onPick: () => setOpen('delete'),
                },
              ]),
        ]}
      />
      {open === 'copy' && <NewRoleDialog roles={roles} copyOf={role.id} onClose={close} />}
      {open === 'delete' && <DeleteRoleDialog role={role} roles={roles} onClose={close} />}
    </>
  );
}
