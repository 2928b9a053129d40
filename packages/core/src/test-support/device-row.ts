import type { DeviceRow } from '../hierarchy/device-model.js';

/** A stored device that never came online, for who writes many rows without enrolling each. */
export function deviceRow({
  id,
  profileId,
  ...rest
}: Pick<DeviceRow, 'id' | 'profileId'> & Partial<DeviceRow>): DeviceRow {
  return {
    id,
    profileId,
    state: 'active',
    hostname: id,
    description: '',
    type: 'workstation',
    typeOverride: null,
    tags: [],
    customFields: [null, null, null, null, null],
    summary: {},
    externalIp: null,
    agentVersion: '1.0.0',
    publicKey: `key of ${id}`,
    machine: null,
    online: false,
    enrolledAt: 0,
    lastSeenAt: null,
    lastAuditAt: null,
    suspendedAt: null,
    auditDigest: null,
    ...rest,
  };
}
