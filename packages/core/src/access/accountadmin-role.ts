import type { RoleRow } from './access-models.js';
import { ACCOUNTADMIN } from './core-permissions.js';

/** The role that every System has from the start (guide, chapter 14, *The accountadmin role*). */
export function accountadminRole(id: string): RoleRow {
  return {
    id,
    name: ACCOUNTADMIN,
    description: 'Everything, always. It cannot be changed or deleted.',
    builtIn: true,
    permissions: {},
    visibility: EVERYTHING,
    tools: [],
  };
}

/** Neither includes nor excludes: all devices are visible. */
export const EVERYTHING: RoleRow['visibility'] = {
  include: null,
  exclude: { profiles: [], groups: [], filters: [] },
};
