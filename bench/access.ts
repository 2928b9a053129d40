import { sqliteStorage } from '@rmm/adapters-sqlite';
import Database from 'better-sqlite3';
import type { RoleVisibility } from '../packages/core/src/access/access-contract.js';
import { IndexVisibility, visiblePlan } from '../packages/core/src/access/index-visibility.js';
import { ListedDevices } from '../packages/core/src/access/listed-devices.js';
import { VisibilityService } from '../packages/core/src/access/visibility-service.js';
import { Data } from '../packages/core/src/data/data.js';
import { CORE_FIELDS } from '../packages/core/src/filter/core-fields.js';
import type { DeviceSet } from '../packages/core/src/filter/device-set.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { filterModel } from '../packages/core/src/filter/filter-models.js';
import { planned } from '../packages/core/src/filter/scoped-filter.js';
import { SystemIndex } from '../packages/core/src/filter/system-index.js';
import { groupMemberModel, groupModel } from '../packages/core/src/hierarchy/hierarchy-models.js';
import { silentLogger } from '../packages/core/src/port/logger.js';
import { ACCESS_FILTERS, GROUPS, GROUPS_SQL, groupsOf, PROFILE_GROUPS, restrictedRole } from './access-role.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { columnsOf, type FlatDevice, flatDevice, toSql } from './filter-peers.js';
import { FLEET_NOW, FleetGenerator } from './generate-fleet.js';
import { medianMs } from './measure.js';

const DEVICES = 100_000;
const PAGE = 100;
const SYSTEM = 'system';
const SEED = 42;
const PEER = 'SQLite in memory with indexes';

/** Sorts of the page: every field with one value, apart from versions, which SQLite cannot order. */
const SORTABLE = CORE_FIELDS.filter(
  ({ type, multi, list, source }) => !multi && !list && !source && type !== 'version',
);

/** What a role with 50 includes and 20 excludes shows of 100,000 devices, against one statement in SQLite. */
export async function accessBench(): Promise<BenchRow[]> {
  const generator = new FleetGenerator(SEED, [1, 2]);
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  const index = await emptyIndex(catalogue);
  const devices: FlatDevice[] = [];
  for (let i = 0; i < DEVICES; i++) {
    const facts = { ...generator.device(i), 'group.id': groupsOf(i) };
    index.facts.set(idOf(i), facts);
    const { software: _packages, ...own }: Facts = facts;
    devices.push(flatDevice(i, own));
  }
  await index.groups.write();
  await index.filters.write();
  const db = sqlite(devices);
  const columns = new Set(columnsOf(devices));
  const fields = SORTABLE.map(({ id }) => id).filter((id) => columns.has(flat(id)));
  const rows = await compare(index, catalogue, db, fields);
  db.close();
  return rows;
}

const idOf = (device: number): string => String(device).padStart(6, '0');
const flat = (field: string): string => field.replace('.', '_');

async function emptyIndex(catalogue: FieldCatalogue): Promise<SystemIndex> {
  const storage = sqliteStorage({ memory: true });
  await storage.migrate([groupModel.def, groupMemberModel.def, filterModel.def]);
  const data = new Data(storage, SYSTEM);
  await data.insertAll(groupModel, [
    ...GROUPS.map((id) => ({ id, name: id, kind: 'system-devices' as const, profileId: '' })),
    ...[...PROFILE_GROUPS.keys()].map((id) => ({ id, name: id, kind: 'system-profiles' as const, profileId: '' })),
  ]);
  const members = [...PROFILE_GROUPS].flatMap(([groupId, ids]) => ids.map((memberId) => ({ groupId, memberId })));
  await data.insertAll(groupMemberModel, members);
  const plain = { description: '', profileId: '', scope: null, visibleTo: null, createdAt: FLEET_NOW };
  const filters = ACCESS_FILTERS.map(({ id, filter }) => ({ ...plain, id, name: id, filter }));
  await data.insertAll(filterModel, filters);
  const { signal } = new AbortController();
  const plugins = { sources: [], keys: [] };
  return new SystemIndex({ data, catalogue, plugins, logger: silentLogger, signal }, FLEET_NOW);
}

/** Every column with an index that its order can be read from, and groups in an indexed table. */
function sqlite(devices: readonly FlatDevice[]): Database.Database {
  const db = new Database(':memory:');
  const columns = columnsOf(devices);
  db.exec(`CREATE TABLE device (id INTEGER PRIMARY KEY, ${columns.join(', ')})`);
  db.exec(GROUPS_SQL);
  const device = db.prepare(`INSERT INTO device VALUES (?, ${columns.map(() => '?').join(', ')})`);
  const member = db.prepare('INSERT INTO member VALUES (?, ?)');
  db.transaction(() => {
    for (const row of devices) {
      device.run(row.id, ...columns.map((column) => (row[column] === '' ? null : toSql(row[column]))));
      for (const group of row.group_id as readonly string[]) member.run(group, row.id);
    }
  })();
  for (const column of columns) {
    db.exec(`CREATE INDEX device_${column} ON device (${column} COLLATE NOCASE, ${column}, id)`);
    db.exec(`CREATE INDEX plain_${column} ON device (${column})`);
  }
  db.exec('ANALYZE');
  return db;
}

async function compare(
  index: SystemIndex,
  catalogue: FieldCatalogue,
  db: Database.Database,
  fields: readonly string[],
): Promise<BenchRow[]> {
  const { lists, sql } = restrictedRole();
  const listed = new ListedDevices(index, catalogue);
  const filter = planned(visiblePlan(listed, lists));
  // As for a call after a change of some device: the role's plan is known, what it shows is worked out anew.
  const sight = () => new IndexVisibility(index, listed, lists, filter).devices;
  const times = fields.map((field) => pageTimes(index, sight, db, sql, field));
  const mean = (of: (times: PageTimes) => number) => times.reduce((sum, one) => sum + of(one), 0) / times.length;
  const sightMs = medianMs(sight, 51);
  const count = sight().count;
  const countAll = db.prepare(`SELECT count(*) FROM device WHERE ${sql}`).pluck();
  if (countAll.get() !== count) throw new Error(`SQLite counts ${countAll.get()}, not ${count}`);
  const countMs = medianMs(() => countAll.get(), 5);
  const sets = filter.conditions.length;
  const limitValue = 1000 / bareAlgebra(sets);
  const role = `role with 50 includes and 20 excludes, ${count} of ${DEVICES} devices`;
  const page = `visible page of ${PAGE}, mean of ${fields.length} orders`;
  const rows = [
    {
      ...rateRow(`access: what a role shows; ${role}`, sightMs, PEER, countMs),
      limit: `${sets} bare bitmap ORs`,
      limitValue,
    },
    rateRow(
      `access: ${page}, with the total; ${role}`,
      mean(({ own }) => own),
      PEER,
      mean(({ whole }) => whole),
    ),
    rateRow(
      `access: ${page}; ${role}`,
      mean(({ own }) => own),
      `${PEER}, without the total`,
      mean(({ alone }) => alone),
    ),
  ];
  return [...rows, ...(await serviceRow(index, catalogue, lists, sightMs))];
}

/** What no set algebra over as many bitmaps of the fleet's size can do without. */
function bareAlgebra(sets: number): number {
  const bitmaps = Array.from({ length: sets }, (_, i) =>
    Uint32Array.from({ length: DEVICES / 32 }, (_word, at) => Math.imul(at + 1, 0x9e3779b1 + i) >>> 0),
  );
  return medianMs(() => {
    const result = new Uint32Array(DEVICES / 32);
    for (const bitmap of bitmaps) {
      for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) | (bitmap[i] as number);
    }
    return result;
  }, 51);
}

interface PageTimes {
  readonly own: number;
  /** SQLite with the number of all visible devices, as every page of ours has it. */
  readonly whole: number;
  readonly alone: number;
}

/** @throws Error when the pages differ */
function pageTimes(
  index: SystemIndex,
  sight: () => DeviceSet,
  db: Database.Database,
  sql: string,
  sortBy: string,
): PageTimes {
  const page = () => index.facts.page({ within: sight(), sortBy, offset: 0, limit: PAGE });
  const column = flat(sortBy);
  const rest = `FROM device WHERE ${sql} ORDER BY ${column} COLLATE NOCASE NULLS LAST, ${column}, id LIMIT ${PAGE}`;
  const whole = db.prepare(`SELECT id, count(*) OVER () AS total ${rest}`);
  const alone = db.prepare(`SELECT id ${rest}`);
  const wanted = whole.all() as { id: number; total: number }[];
  const found = page();
  if (found.ids.join() !== wanted.map(({ id }) => idOf(id)).join() || found.total !== wanted[0]?.total) {
    throw new Error(`By ${sortBy} the pages differ: ${found.total} devices, and ${wanted[0]?.total} in SQLite`);
  }
  return { own: medianMs(page, 11), whole: medianMs(() => whole.all(), 3), alone: medianMs(() => alone.all(), 3) };
}

/** What a call of the role's holder waits for before it begins, when no device changed since the last one. */
async function serviceRow(
  index: SystemIndex,
  catalogue: FieldCatalogue,
  lists: RoleVisibility,
  sightMs: number,
): Promise<BenchRow[]> {
  const data = (systemId: string) => new Data(sqliteStorage({ memory: true }), systemId);
  const service = new VisibilityService({ open: async () => index, catalogue }, data);
  await service.of(SYSTEM, lists);
  const calls = 20_000;
  const before = performance.now();
  for (let i = 0; i < calls; i++) (await service.of(SYSTEM, lists)).device(idOf(i));
  const ms = (performance.now() - before) / calls;
  return [
    rateRow('access: what a role shows and whether one device is in it, unchanged', ms, 'worked out anew', sightMs),
  ];
}

/** Rates rather than times, so that a ratio tells how many times faster. */
const rateRow = (name: string, ms: number, peer: string, peerMs: number): BenchRow =>
  benchRow({ name, value: 1000 / ms, unit: '1/s', peer, peerValue: 1000 / peerMs });
