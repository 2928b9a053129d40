import type { Permission, Role } from '@rmm/client';

export type PermissionLevel = Role['permissions'][string];
export type Levels = Readonly<Record<string, PermissionLevel>>;

export interface PermissionRow extends Permission {
  /** 0 for an area, 1 for its tabs, more below. */
  readonly depth: number;
}

/** Areas, each with its tabs below it, in the order that the server names them. */
export function permissionRows(permissions: readonly Permission[]): readonly PermissionRow[] {
  const below = (parent: string | undefined, depth: number): PermissionRow[] =>
    permissions
      .filter((one) => one.parent === parent)
      .flatMap((one) => [{ ...one, depth }, ...below(one.name, depth + 1)]);
  return below(undefined, 0);
}

/** What holds: a tab without a level of its own has its area's, an area is disabled. */
export function levelIn(set: Levels, permissions: readonly Permission[], name: string): PermissionLevel {
  const own = set[name];
  if (own) return own;
  const parent = permissions.find((one) => one.name === name)?.parent;
  return parent === undefined ? 'disabled' : levelIn(set, permissions, parent);
}

/** The same levels for all that exists. */
export function allAt(permissions: readonly Permission[], level: PermissionLevel): Levels {
  const areas = permissions.filter(({ parent }) => parent === undefined);
  return Object.fromEntries(areas.map(({ name }) => [name, level]));
}

export interface PermissionSummary {
  readonly manages: readonly string[];
  readonly views: readonly string[];
  /** Tabs that are closed in an open area. */
  readonly without: readonly string[];
}

/** The levels in as few words as will do: areas, and the tabs that differ from theirs. */
export function summarizeLevels(levels: Levels, permissions: readonly Permission[]): PermissionSummary {
  const at = (name: string | undefined) => (name === undefined ? 'disabled' : (levels[name] ?? 'disabled'));
  const differing = (level: PermissionLevel) =>
    permissions.filter(({ name, parent }) => at(name) === level && at(parent) !== level).map(({ label }) => label);
  return { manages: differing('manage'), views: differing('view'), without: differing('disabled') };
}

/** `Manages Jobs; views System, Profiles, Account and 2 more; without Audit`. */
export function describeLevels(levels: Levels, permissions: readonly Permission[]): string {
  const { manages, views, without } = summarizeLevels(levels, permissions);
  const areas = permissions.filter(({ parent }) => parent === undefined).length;
  if (manages.length === areas && views.length === 0 && without.length === 0) return 'Everything';
  const parts = [
    ...(manages.length > 0 ? [`manages ${few(manages)}`] : []),
    ...(views.length > 0 ? [`views ${few(views)}`] : []),
    ...(without.length > 0 ? [`without ${few(without)}`] : []),
  ].join('; ');
  return parts ? parts.charAt(0).toUpperCase() + parts.slice(1) : 'Nothing';
}

const NAMED = 3;

/** The first names of a list and the number of the others. */
export function few(names: readonly string[]): string {
  if (names.length <= NAMED + 1) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}
