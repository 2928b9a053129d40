import type { FilterNode } from './filter-node.js';

/** A filter that every System has. It is computed, not stored, so a new version of the product may improve it. */
export interface DefaultFilter {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly filter: FilterNode;
}

const is = (field: string, value: boolean): FilterNode => ({ field, condition: value ? 'isTrue' : 'isFalse' });
const equals = (field: string, term: string): FilterNode => ({ field, condition: 'equals', term });
const anyOf = (...any: readonly FilterNode[]): FilterNode => ({ any });
const allOf = (...all: readonly FilterNode[]): FilterNode => ({ all });
const notSince = (field: string, days: number): FilterNode =>
  anyOf({ field, condition: 'olderThanDays', term: days }, { field, condition: 'empty' });

/** The filters behind the figures of dashboards. */
export const ONLINE = is('status.online', true);
export const OFFLINE = is('status.online', false);
export const OFFLINE_OVER_2_DAYS = allOf(OFFLINE, notSince('device.lastSeen', 2));
/** Less than a tenth free on some volume. */
export const LOW_DISK: FilterNode = { field: 'disk.freePercent', condition: '<', term: 10 };
/** No audit for a week; audits are taken every 24 hours. */
export const STALE_AUDIT = notSince('device.lastAudit', 7);
export const DEVICE_TYPE_NAMES = {
  server: 'Servers',
  workstation: 'Workstations',
  laptop: 'Laptops',
  smartphone: 'Smartphones',
} as const;
export const OS_FAMILY_NAMES = { windows: 'Windows', linux: 'Linux', macos: 'macOS' } as const;

const define = (id: string, name: string, description: string, filter: FilterNode): DefaultFilter => ({
  id: `default-${id}`,
  name,
  description,
  filter,
});

const byType = Object.entries(DEVICE_TYPE_NAMES).map(([type, name]) =>
  define(`type-${type}`, name, `Devices of the type ${type}`, equals('device.type', type)),
);
const byFamily = Object.entries(OS_FAMILY_NAMES).map(([family, name]) =>
  define(`os-${family}`, name, `Devices that run ${name}`, equals('os.family', family)),
);

/** The Default Filters of the filters and groups panel (guide, chapter 4), in its order. */
export const DEFAULT_FILTERS: readonly DefaultFilter[] = [
  define('all', 'All devices', 'Every device that is not suspended', allOf()),
  define('favourites', 'Favourites', 'The devices that you marked', is('device.favourite', true)),
  define('online', 'Online', 'Devices whose agent is connected', ONLINE),
  define('offline', 'Offline', 'Devices whose agent is not connected', OFFLINE),
  define('offline-2-days', 'Offline for over 2 days', 'Devices not seen for two days or more', OFFLINE_OVER_2_DAYS),
  ...byType,
  ...byFamily,
  define('low-disk', 'Low disk space', 'Devices with less than 10 % free on some volume', LOW_DISK),
  define('no-antivirus', 'Antivirus off', 'Devices without an antivirus that is on', is('security.antivirus', false)),
  define('no-firewall', 'Firewall off', 'Devices without a firewall that is on', is('security.firewall', false)),
  define('no-updates', 'Updates off', 'Devices whose automatic updates are off', is('security.windowsUpdate', false)),
  define('stale-audit', 'Audit overdue', 'Devices without an audit in the last 7 days', STALE_AUDIT),
  define('suspended', 'Suspended', 'Deleted devices that can be restored', is('status.suspended', true)),
];

const byId = new Map(DEFAULT_FILTERS.map((filter) => [filter.id, filter]));

export const defaultFilter = (id: string): DefaultFilter | undefined => byId.get(id);
