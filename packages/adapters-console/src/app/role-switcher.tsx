import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { useRoles } from './use-roles.js';

/** The guide's drop-down for users with several roles (chapter 14). */
export function RoleSwitcher() {
  const { roles, current, take } = useRoles();
  if (roles.length === 0) return null;
  const name = roles.find(({ id }) => id === current)?.name ?? '';
  return (
    <span class="wide-only role-switcher">
      <Menu
        label={`Role: ${name}`}
        kind="plain"
        face={
          <>
            <Icon name="shield" class="small" />
            <span class="cut">{name}</span>
            <Icon name="chevron" class="small" />
          </>
        }
        heading="Work as"
        items={roles.map((role) => ({
          label: role.name,
          checked: role.id === current,
          onPick: () => role.id !== current && void take.run(role),
        }))}
      />
    </span>
  );
}
