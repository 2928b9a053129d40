import type { PolicyTypeDef } from '../policy-type.js';
import { agentPolicyType } from './agent-policy.js';
import { monitoringPolicyType } from './monitoring-policy.js';
import { patchManagementPolicyType } from './patch-management-policy.js';
import { powerPolicyType } from './power-policy.js';
import { windowsUpdatePolicyType } from './windows-update-policy.js';

/** The guide's five types of policies (chapter 8), in its order. */
export const BUILT_IN_POLICY_TYPES: readonly PolicyTypeDef[] = [
  agentPolicyType,
  monitoringPolicyType,
  patchManagementPolicyType,
  powerPolicyType,
  windowsUpdatePolicyType,
];
