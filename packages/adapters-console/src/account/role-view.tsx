import type { OutputOf, Role } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { useViewAs } from '../app/use-view-as.js';
import type { ViewProps } from '../app/view-props.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Level } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { SaveBar } from '../parts/save-bar.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useClient, useQuery } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { useUnsaved } from '../state/use-unsaved.js';
import { describeLevels, levelIn } from './permission-tree.js';
import { changesOf, draftOf, type RoleDraft, visibilityOf } from './role-draft.js';
import { RoleMembers } from './role-members.js';
import { RolePermissions } from './role-permissions.js';
import { RoleTools } from './role-tools.js';
import { RoleVisibility } from './role-visibility.js';
import { RoleMenu } from './roles-view.js';
import { describeTools } from './tool-words.js';
import { describeVisibility } from './visibility-words.js';

type Roles = OutputOf<'roles.list'>;

/** One role: the guide's four sections (chapter 14, *Configure roles*). */
export function RoleView({ params: { roleId = '' } }: ViewProps) {
  const roles = useQuery('roles.list', {}, ['role.changed', 'user.changed']);
  const role = roles.data?.items.find(({ id }) => id === roleId);
  return (
    <Level
      keep
      title={
        <span class="row">
          <span class="cut">{role?.name ?? ' '}</span>
          {role?.builtIn && <Badge>built in</Badge>}
        </span>
      }
      name={role?.name ?? 'Role'}
      crumbs={[
        { to: '/account', label: 'Account' },
        { to: '/account/roles', label: 'Roles' },
      ]}
      actions={role && roles.data && <Actions role={role} roles={roles.data.items} />}
    >
      <Loaded
        answer={roles}
        waiting={
          <div class="content">
            <Empty icon="shield" title="Loading …" compact />
          </div>
        }
      >
        {(data) => (role ? <RoleEditor key={role.id} role={role} roles={data} /> : <NoRole />)}
      </Loaded>
    </Level>
  );
}

function Actions({ role, roles }: { readonly role: Role; readonly roles: readonly Role[] }) {
  const { start } = useViewAs();
  return (
    <div class="row tight">
      <Button icon="eye" busy={start.busy} onClick={() => void start.run(role)}>
        View as this role
      </Button>
      <RoleMenu role={role} roles={roles} within />
    </div>
  );
}

function NoRole() {
  return (
    <div class="content">
      <Empty
        icon="search"
        title="There is no such role"
        actions={
          <Link to="/account/roles" class="button">
            All roles
          </Link>
        }
      >
        It may have been deleted meanwhile.
      </Empty>
    </div>
  );
}

interface EditorProps {
  readonly role: Role;
  readonly roles: Roles;
}

function RoleEditor({ role, roles }: EditorProps) {
  const { permissions, tools } = roles;
  const [draft, setDraft] = useState<RoleDraft>(() => draftOf(role));
  const changes = useMemo(() => changesOf(role, draft, permissions), [role, draft, permissions]);
  const save = useSave(role, changes, setDraft);
  useUnsaved(changes !== undefined);
  const change = (part: Partial<RoleDraft>) => setDraft({ ...draft, ...part });
  const problems = fieldProblems(save.error);
  const locked = role.builtIn;
  return (
    <form
      class="content role-page"
      onSubmit={(event) => {
        event.preventDefault();
        if (changes) void save.run();
      }}
    >
      <Sections draft={draft} role={role} roles={roles} />
      <div class="stack gap-5 role-sections">
        {locked ? (
          <div class="notice">
            <Icon name="shield" />
            <span>
              This role shows and allows everything, users and roles included. It cannot be changed or deleted; which
              users have it is set at the{' '}
              <Link to="/account/users" class="link">
                users
              </Link>
              .
            </span>
          </div>
        ) : (
          <section class="card">
            <div class="inner top form">
              <div class="pair">
                <TextField
                  label="Name"
                  value={draft.name}
                  onValue={(name) => change({ name })}
                  required
                  maxLength={255}
                  problem={problems.name}
                />
                <TextField
                  label="Description"
                  value={draft.description}
                  onValue={(description) => change({ description })}
                  maxLength={4000}
                  problem={problems.description}
                />
              </div>
            </div>
          </section>
        )}
        <RoleVisibility draft={draft} onChange={change} disabled={locked} />
        <RolePermissions draft={draft} onChange={change} permissions={permissions} disabled={locked} />
        <RoleTools draft={draft} onChange={change} tools={tools} disabled={locked} />
        <RoleMembers role={role} draft={draft} onChange={change} disabled={locked} />
        {changes && <SaveBar busy={save.busy} onDiscard={() => setDraft(draftOf(role))} />}
      </div>
    </form>
  );
}

function useSave(role: Role, changes: ReturnType<typeof changesOf>, setDraft: (draft: RoleDraft) => void) {
  const client = useClient();
  return useAction(async () => {
    const saved = await client.roles.update({ roleId: role.id, ...changes });
    const store = client.query('roles.list', {});
    store.patch((data) => ({ ...data, items: data.items.map((one) => (one.id === saved.id ? saved : one)) }));
    setDraft(draftOf(saved));
    client.invalidate('roles.*');
    client.invalidate('users.*');
    toast(`The role “${saved.name}” was saved; it holds at once.`);
  });
}

/** The four sections and what each comes to. */
function Sections({ draft, role, roles }: EditorProps & { readonly draft: RoleDraft }) {
  const levels = Object.fromEntries(
    roles.permissions.map(({ name }) => [name, levelIn(draft.permissions, roles.permissions, name)]),
  );
  const sections = [
    { id: 'visibility', label: 'Device visibility', is: describeVisibility(visibilityOf(draft)) },
    {
      id: 'permissions',
      label: 'Permissions',
      is: describeLevels(role.builtIn ? role.levels : levels, roles.permissions),
    },
    { id: 'tools', label: 'Agent Browser Tools', is: describeTools(draft.tools, roles.tools) },
    {
      id: 'members',
      label: 'Membership',
      is: draft.memberIds.length === 1 ? '1 user' : `${draft.memberIds.length} users`,
    },
  ];
  return (
    <nav class="role-nav wide-only" aria-label="Sections of the role">
      {sections.map(({ id, label, is }) => (
        <button
          key={id}
          type="button"
          class="line-button"
          onClick={(event) =>
            event.currentTarget.closest('form')?.querySelector(`#role-${id}`)?.scrollIntoView({ block: 'start' })
          }
        >
          <span class="grow">
            {label}
            <span class="hint muted">{is}</span>
          </span>
        </button>
      ))}
    </nav>
  );
}
