import { defineModel, nullable, required } from '../data/model.js';
import type { DEVICE_TYPES } from './device-contract.js';

export type DeviceType = (typeof DEVICE_TYPES)[number];

/** What lists and filters need of the last audit, taken out of its sections when it arrives. */
export interface DeviceSummary {
  readonly domain?: string;
  readonly lastUser?: string;
  readonly ipAddresses?: readonly string[];
  readonly macAddresses?: readonly string[];
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly osName?: string;
  readonly osVersion?: string;
  readonly servicePack?: string;
  readonly architecture?: string;
  readonly platform?: string;
  readonly processor?: string;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
  readonly diskFreeBytes?: number;
}

export interface DeviceRow {
  id: string;
  profileId: string;
  state: 'active' | 'suspended';
  hostname: string;
  description: string;
  /** As the audit tells it. */
  type: DeviceType;
  typeOverride: DeviceType | null;
  tags: readonly string[];
  customFields: readonly (string | null)[];
  summary: DeviceSummary;
  externalIp: string | null;
  agentVersion: string | null;
  /** The agent's Ed25519 public key, base64url. */
  publicKey: string;
  /** The agent's hash of hardware and installation; null when it sends none. */
  machine: string | null;
  online: boolean;
  enrolledAt: number;
  lastSeenAt: number | null;
  lastAuditAt: number | null;
  /** Names the content of the stored audit, `auditDigest`; null when there is none or it is not known. */
  auditDigest?: number | null;
  suspendedAt: number | null;
}

export const deviceModel = defineModel<DeviceRow>({
  name: 'device',
  fields: {
    id: required('string'),
    profileId: required('string'),
    state: required('string'),
    hostname: required('string'),
    description: required('string'),
    type: required('string'),
    typeOverride: nullable('string'),
    tags: required('json'),
    customFields: required('json'),
    summary: required('json'),
    externalIp: nullable('string'),
    agentVersion: nullable('string'),
    publicKey: required('string'),
    machine: nullable('string'),
    online: required('bool'),
    enrolledAt: required('time'),
    lastSeenAt: nullable('time'),
    lastAuditAt: nullable('time'),
    auditDigest: nullable('int'),
    suspendedAt: nullable('time'),
  },
  key: ['id'],
  unique: [['publicKey']],
  indexes: [['profileId'], ['online']],
});

/** Finds a device's System by its id, before an agent has proved who it is. */
export interface DeviceDirectoryRow {
  deviceId: string;
  ofSystem: string;
}

export const deviceDirectoryModel = defineModel<DeviceDirectoryRow>({
  name: 'deviceDirectory',
  scope: 'server',
  fields: { deviceId: required('string'), ofSystem: required('string') },
  key: ['deviceId'],
});
