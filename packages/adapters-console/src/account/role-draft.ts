import type { InputOf, Permission, Role } from '@rmm/client';
import { type Levels, levelIn } from './permission-tree.js';

export type Visibility = Role['visibility'];
export type VisibilitySet = Visibility['exclude'];
export type Tool = Role['tools'][number];

/** A role in the editor. */
export interface RoleDraft {
  readonly name: string;
  readonly description: string;
  /** Devices that are included, or all of them. `include` keeps what was chosen while `everything` is tried. */
  readonly everything: boolean;
  readonly include: VisibilitySet;
  readonly exclude: VisibilitySet;
  readonly permissions: Levels;
  readonly tools: readonly Tool[];
  readonly memberIds: readonly string[];
}

export const NO_DEVICES: VisibilitySet = { profiles: [], groups: [], filters: [] };

export function draftOf(role: Role): RoleDraft {
  const { name, description, visibility, permissions, tools, memberIds } = role;
  return {
    name,
    description,
    everything: visibility.include === null,
    include: visibility.include ?? NO_DEVICES,
    exclude: visibility.exclude,
    permissions,
    tools,
    memberIds,
  };
}

export function visibilityOf({ everything, include, exclude }: RoleDraft): Visibility {
  return { include: everything ? null : include, exclude };
}

type Changes = Omit<InputOf<'roles.update'>, 'roleId'>;

/** What differs from the stored role, as the API takes it; undefined when nothing does. */
export function changesOf(role: Role, draft: RoleDraft, permissions: readonly Permission[]): Changes | undefined {
  const visibility = visibilityOf(draft);
  const changes: Changes = {
    ...(draft.name.trim() !== role.name && { name: draft.name.trim() }),
    ...(draft.description.trim() !== role.description && { description: draft.description.trim() }),
    ...(!sameVisibility(visibility, role.visibility) && { visibility }),
    ...(!sameLevels(draft.permissions, role.permissions, permissions) && { permissions: { ...draft.permissions } }),
    ...(!sameIds(draft.tools, role.tools) && { tools: [...draft.tools] }),
    ...(!sameIds(draft.memberIds, role.memberIds) && { memberIds: [...draft.memberIds] }),
  };
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/** Whether two settings of permissions say the same: an area that is not named is disabled. */
function sameLevels(one: Levels, other: Levels, permissions: readonly Permission[]): boolean {
  return permissions.every(({ name, parent }) =>
    parent === undefined
      ? levelIn(one, permissions, name) === levelIn(other, permissions, name)
      : one[name] === other[name],
  );
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  const ids = new Set(one);
  return ids.size === new Set(other).size && other.every((id) => ids.has(id));
}

function sameSet(one: VisibilitySet, other: VisibilitySet): boolean {
  return (
    sameIds(one.profiles, other.profiles) && sameIds(one.groups, other.groups) && sameIds(one.filters, other.filters)
  );
}

function sameVisibility(one: Visibility, other: Visibility): boolean {
  if (!sameSet(one.exclude, other.exclude)) return false;
  if (one.include === null || other.include === null) return one.include === other.include;
  return sameSet(one.include, other.include);
}
