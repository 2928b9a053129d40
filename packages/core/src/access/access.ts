import type { PermissionSetting } from './access-models.js';
import type { AgentTool } from './agent-tools.js';
import { UNRESTRICTED, type Visibility } from './visibility.js';

/** What an actor may do. */
export interface Rights {
  /** The role in force, of the host and of agents null. */
  readonly roleId: string | null;
  /** Every right: the host, and holders of the built-in role (guide, chapter 14). */
  readonly accountadmin: boolean;
  /** The security level up to which components are visible and can be run, 1 to 5 (guide, chapter 14). */
  readonly securityLevel: number;
  level(permission: string): PermissionSetting;
  tool(tool: AgentTool): boolean;
}

/** What an actor sees and may do in one call. */
export interface Access extends Rights {
  readonly visibility: Visibility;
}

/** Sees whatever there is. */
export const SEES_ALL: Access = {
  roleId: null,
  accountadmin: true,
  securityLevel: 5,
  level: () => 'manage',
  tool: () => true,
  visibility: UNRESTRICTED,
};

/** Sees every device, and of other things no more than everybody does who sees every device. */
export const SEES_DEVICES: Access = { ...SEES_ALL, accountadmin: false, securityLevel: 1 };
