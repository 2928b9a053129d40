import type { ExecutionState } from '../job/job-contract.js';

/**
 * What the server tells as it happens, after the change is stored. Every payload names its System. Plugins add their own
 * by declaration merging, and name in their `events` who may hear them. Names are never reused.
 */
export interface RmmEvents {
  'system.changed': { systemId: string };
  'profile.changed': { systemId: string; profileId: string; change: 'created' | 'updated' | 'removed' };
  'device.enrolled': { systemId: string; deviceId: string; profileId: string };
  /** Any field of the device's view other than its status. */
  'device.changed': { systemId: string; deviceId: string };
  'device.online': { systemId: string; deviceId: string };
  'device.offline': { systemId: string; deviceId: string };
  'device.suspended': { systemId: string; deviceId: string };
  'device.restored': { systemId: string; deviceId: string };
  'device.audited': { systemId: string; deviceId: string; changedSections: readonly string[] };
  'group.changed': { systemId: string; groupId: string; change: 'created' | 'updated' | 'removed' };
  'filter.changed': { systemId: string; filterId: string; change: 'created' | 'updated' | 'removed' };
  /** A device entered or left a stored filter. */
  'filter.membership': { systemId: string; filterId: string; deviceId: string; kind: 'entered' | 'left' };
  'policy.changed': { systemId: string; policyId: string; change: 'created' | 'updated' | 'removed' | 'pushed' };
  /** What a device is to obey changed, or what it does obey. */
  'device.policy': { systemId: string; deviceId: string; state: 'in-force' | 'waiting' | 'failed' };
  'component.changed': { systemId: string; componentId: string; change: 'created' | 'updated' | 'removed' };
  'job.changed': { systemId: string; jobId: string };
  'execution.changed': {
    systemId: string;
    jobId: string;
    executionId: string;
    deviceId: string;
    state: ExecutionState;
  };
  /** A piece of a running script's output; pieces may be missing, the whole is in `executions.get`. */
  'execution.output': {
    systemId: string;
    jobId: string;
    executionId: string;
    deviceId: string;
    stream: 'stdout' | 'stderr';
    offset: number;
    text: string;
  };
  'user.changed': { systemId: string; userId: string; change: 'created' | 'updated' | 'removed' };
  /** The activity log was sealed up to here: an anchor that a host can keep elsewhere. */
  'activity.sealed': { systemId: string; sequence: number; hash: string; at: string; signature: string };
  'role.changed': { systemId: string; roleId: string; change: 'created' | 'updated' | 'removed' };
  /**
   * Whoever subscribed is shown other devices than before, whatever the cause: lists must be read anew. Told to each
   * subscriber alone, never to the host's own listeners.
   */
  'visibility.changed': { systemId: string };
}

export type RmmEventName = keyof RmmEvents;
