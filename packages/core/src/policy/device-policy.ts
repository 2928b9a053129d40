import type { DevicePolicyRow } from './policy-models.js';
import { documentHash } from './resolve/document-hash.js';

/** The document of a device without any policy. */
export const EMPTY_DOCUMENT = documentHash({});
/** What a suspended device is to obey. */
export const NOTHING = '';

export type PolicyState = DevicePolicyRow['state'];

/** Whether a device obeys what it is to obey. */
export function policyState({
  desired,
  actual,
  fault,
}: Pick<DevicePolicyRow, 'desired' | 'actual' | 'fault'>): PolicyState {
  if (desired === NOTHING || desired === (actual ?? EMPTY_DOCUMENT)) return 'in-force';
  return fault ? 'failed' : 'waiting';
}

/** What holds for a device of which nothing is stored. */
export function newDevicePolicy(deviceId: string, now: number): DevicePolicyRow {
  return {
    deviceId,
    desired: EMPTY_DOCUMENT,
    desiredAt: now,
    actual: null,
    actualAt: null,
    ignored: [],
    fault: null,
    state: 'in-force',
    stateAt: now,
    monitoringSuspended: false,
  };
}

/** The row after a change, with the state that follows. */
export function changedPolicy(row: DevicePolicyRow, change: Partial<DevicePolicyRow>, now: number): DevicePolicyRow {
  const after = { ...row, ...change };
  const state = policyState(after);
  return { ...after, state, stateAt: state === row.state ? row.stateAt : now };
}
