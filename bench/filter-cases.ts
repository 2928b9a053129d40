import type { FilterNode } from '../packages/core/src/filter/filter-node.js';
import { FLEET_NOW } from './generate-fleet.js';

/** One filter in the languages of all contestants. Field names carry `_` for `.` where dots mean paths. */
export interface FilterCase {
  readonly name: string;
  readonly filter: FilterNode;
  /** A condition on the table `device`, whose key is `id`; packages are in `software (device, name, version)`. */
  readonly sql: string;
  /** MongoDB's language, for sift and mingo. */
  readonly mongo: Record<string, unknown>;
}

const daysAgo = (days: number): number => FLEET_NOW - days * 86_400_000;

/** What technicians ask: three conditions each. */
export const FILTER_CASES: readonly FilterCase[] = [
  {
    name: 'online Windows servers short of disk',
    filter: {
      all: [
        { field: 'os.name', condition: 'contains', term: 'server' },
        { field: 'status.online', condition: 'isTrue' },
        { field: 'disk.freeGb', condition: '<', term: 20 },
      ],
    },
    sql: `os_name LIKE '%server%' AND status_online = 1 AND disk_freeGb < 20`,
    mongo: { os_name: /server/i, status_online: true, disk_freeGb: { $lt: 20 } },
  },
  {
    name: 'unprotected or stale',
    filter: {
      any: [
        { field: 'security.antivirus', condition: 'isFalse' },
        { field: 'security.firewall', condition: 'isFalse' },
        { field: 'device.lastSeen', condition: 'olderThanDays', term: 30 },
      ],
    },
    sql: `security_antivirus = 0 OR security_firewall = 0 OR device_lastSeen <= ${daysAgo(30)}`,
    mongo: {
      $or: [{ security_antivirus: false }, { security_firewall: false }, { device_lastSeen: { $lte: daysAgo(30) } }],
    },
  },
  {
    name: 'laptops of a customer by name, not recently audited',
    filter: {
      all: [
        { field: 'device.hostname', condition: 'contains', term: '-12-' },
        { field: 'device.type', condition: 'equals', term: 'laptop' },
        { field: 'device.lastAudit', condition: 'olderThanDays', term: 7 },
      ],
    },
    sql: `device_hostname LIKE '%-12-%' AND device_type = 'laptop' AND device_lastAudit <= ${daysAgo(7)}`,
    mongo: { device_hostname: /-12-/i, device_type: 'laptop', device_lastAudit: { $lte: daysAgo(7) } },
  },
  {
    name: 'without a package, 8 GB or less, no server',
    filter: {
      all: [
        { field: 'software.name', condition: 'notContains', term: 'package 15' },
        { field: 'hardware.memoryGb', condition: '<=', term: 8 },
        { field: 'device.type', condition: 'notEquals', term: 'server' },
      ],
    },
    sql: `NOT EXISTS (SELECT 1 FROM software WHERE device = id AND name LIKE '%package 15%')
      AND hardware_memoryGb <= 8 AND device_type <> 'server'`,
    mongo: {
      software: { $not: { $elemMatch: { name: /package 15/i } } },
      hardware_memoryGb: { $lte: 8 },
      device_type: { $ne: 'server' },
    },
  },
  {
    name: 'this package with that version, on Windows',
    filter: {
      all: [
        {
          some: 'software',
          all: [
            { field: 'software.name', condition: 'equals', term: 'Acme package 10' },
            { field: 'software.version', condition: 'startsWith', term: '2.' },
          ],
        },
        { field: 'os.family', condition: 'equals', term: 'windows' },
      ],
    },
    sql: `id IN (SELECT device FROM software WHERE name = 'Acme package 10' AND version LIKE '2.%') AND os_family = 'windows'`,
    mongo: { software: { $elemMatch: { name: 'Acme package 10', version: /^2\./ } }, os_family: 'windows' },
  },
];
