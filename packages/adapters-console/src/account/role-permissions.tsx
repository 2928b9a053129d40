import type { Permission } from '@rmm/client';
import { Button } from '../parts/button.js';
import { RadioStrip } from '../parts/radio-strip.js';
import {
  allAt,
  type Levels,
  levelIn,
  type PermissionLevel,
  type PermissionRow,
  permissionRows,
} from './permission-tree.js';
import { RoleSection, type SectionProps } from './role-section.js';

const LABELS: Readonly<Record<PermissionLevel, string>> = { disabled: 'Disabled', view: 'View', manage: 'Manage' };
const LEVELS = ['disabled', 'view', 'manage'] as const;
const INHERIT = 'inherit';

interface Props extends SectionProps {
  readonly permissions: readonly Permission[];
}

/** What holders may see and change, by area and tab (guide, chapter 14, *Permissions*). */
export function RolePermissions({ draft, onChange, permissions, disabled }: Props) {
  const set = disabled ? allAt(permissions, 'manage') : draft.permissions;
  return (
    <RoleSection
      id="permissions"
      title="Permissions"
      lead="A tab is as its area unless it has a level of its own. What is disabled is not shown at all."
      aside={
        !disabled && (
          <span class="row tight">
            <span class="muted">Set all to</span>
            {LEVELS.map((level) => (
              <Button
                key={level}
                size="small"
                aria-label={`Set all permissions to ${LABELS[level]}`}
                onClick={() => onChange({ permissions: allAt(permissions, level) })}
              >
                {LABELS[level]}
              </Button>
            ))}
          </span>
        )
      }
    >
      <div class="permissions">
        {permissionRows(permissions).map((row) => (
          <Line
            key={row.name}
            row={row}
            set={set}
            permissions={permissions}
            disabled={disabled}
            onLevels={(next) => onChange({ permissions: next })}
          />
        ))}
      </div>
    </RoleSection>
  );
}

interface LineProps {
  readonly row: PermissionRow;
  readonly set: Levels;
  readonly permissions: readonly Permission[];
  readonly disabled: boolean;
  readonly onLevels: (levels: Levels) => void;
}

function Line({ row: { name, label, description, parent, depth }, set, permissions, disabled, onLevels }: LineProps) {
  const inherited = parent === undefined ? undefined : LABELS[levelIn(set, permissions, parent)];
  const choices = [
    ...(inherited ? [{ value: INHERIT as typeof INHERIT | PermissionLevel, label: `As area (${inherited})` }] : []),
    ...LEVELS.map((value) => ({ value, label: LABELS[value] })),
  ];
  const pick = (value: typeof INHERIT | PermissionLevel) => {
    const { [name]: _, ...rest } = set;
    onLevels(value === INHERIT ? rest : { ...rest, [name]: value });
  };
  return (
    <div class={`row between wrap permission ${depth > 0 ? 'tab' : ''}`}>
      <span class="grow">
        {label}
        <span class="hint muted">{description}</span>
      </span>
      <RadioStrip
        label={label}
        value={set[name] ?? (inherited ? INHERIT : 'disabled')}
        choices={choices}
        disabled={disabled}
        onValue={pick}
      />
    </div>
  );
}
