import type { OperationKind, PermissionLevel, Requirement } from '../operation/contract.js';
import type { PermissionSetting } from './access-models.js';

/** The level that an operation asks for; unless it says otherwise, `manage` of those that change something. */
export function neededLevel(kind: OperationKind, { level }: Exclude<Requirement, string>): PermissionLevel {
  return level ?? (kind === 'command' ? 'manage' : 'view');
}

/** Every permission that an operation asks for, with the level of it. */
export function neededPermissions(
  kind: OperationKind,
  requires: Exclude<Requirement, string>,
): readonly { readonly permission: string; readonly needed: PermissionLevel }[] {
  const { permission, views = [] } = requires;
  return [
    { permission, needed: neededLevel(kind, requires) },
    ...views.map((also) => ({ permission: also, needed: 'view' as const })),
  ];
}

export const suffices = (level: PermissionSetting, needed: PermissionLevel): boolean =>
  level === 'manage' || level === needed;
