import { defineModel, nullable, required } from '../data/model.js';
import type { OUTCOMES } from './activity-outcome.js';
import type { NamedThings } from './named-things.js';

export interface ActivityRow {
  id: string;
  at: number;
  actorKind: 'user' | 'host' | 'agent';
  actorId: string | null;
  actorName: string;
  roleName: string | null;
  operation: string;
  /** What the operation’s name begins with: `devices`. For searching; the chain protects the name. */
  feature: string;
  summary: string;
  outcome: (typeof OUTCOMES)[number];
  /** The first hundred; all of them are in {@link activityDeviceModel}. */
  deviceIds: readonly string[];
  input: unknown;
  /** For telling who may see the entry; no part of the chain. Null: not known, hence only for who sees everything. */
  named: NamedThings | null;
  /** Place in the chain, from 1; null until the entry is sealed. */
  sequence: number | null;
  /** Over the hash of the entry before and this one; null until the entry is sealed. */
  hash: string | null;
}

/** `devices.move` → `devices` */
export const featureOf = (operation: string): string => operation.slice(0, operation.indexOf('.'));

export const activityModel = defineModel<ActivityRow>({
  name: 'activity',
  fields: {
    id: required('string'),
    at: required('time'),
    actorKind: required('string'),
    actorId: nullable('string'),
    actorName: required('string'),
    roleName: nullable('string'),
    operation: required('string'),
    feature: required('string'),
    summary: required('string'),
    outcome: required('string'),
    deviceIds: required('json'),
    input: required('json'),
    named: nullable('json'),
    sequence: nullable('int'),
    hash: nullable('string'),
  },
  key: ['id'],
  unique: [['sequence']],
  indexes: [
    ['actorKind', 'at', 'id'],
    ['actorId', 'at', 'id'],
    ['operation', 'at', 'id'],
    ['feature', 'at', 'id'],
    ['outcome', 'at', 'id'],
  ],
});

/** Finds the entries about a device. Not part of the chain: it can be made again from the entries. */
export interface ActivityDeviceRow {
  deviceId: string;
  at: number;
  entryId: string;
}

export const activityDeviceModel = defineModel<ActivityDeviceRow>({
  name: 'activityDevice',
  fields: { deviceId: required('string'), at: required('time'), entryId: required('string') },
  key: ['deviceId', 'at', 'entryId'],
});

/** The end of a System's chain, signed by the System's key. */
export interface ActivityHeadRow {
  /** Always `head`. */
  name: string;
  sequence: number;
  hash: string;
  at: number;
  signature: string;
}

export const activityHeadModel = defineModel<ActivityHeadRow>({
  name: 'activityHead',
  fields: {
    name: required('string'),
    sequence: required('int'),
    hash: required('string'),
    at: required('time'),
    signature: required('string'),
  },
  key: ['name'],
});
