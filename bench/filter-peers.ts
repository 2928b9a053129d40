import Database from 'better-sqlite3';
import { Query } from 'mingo';
import sift from 'sift';
import type { FactRecord, Facts } from '../packages/core/src/filter/facts.js';
import type { FilterCase } from './filter-cases.js';

/** Another way to answer filters: ids of the devices that match. */
export interface FilterPeer {
  readonly name: string;
  /** How many samples its time is the median of, beside those that warm it up. */
  readonly samples: number;
  prepare(filter: FilterCase): () => readonly number[] | Promise<readonly number[]>;
  close(): void | Promise<void>;
}

/** A device as an object whose keys hold no dots. */
export type FlatDevice = Readonly<Record<string, unknown>>;

export function flatDevice(id: number, facts: Facts): FlatDevice {
  const flat: Record<string, unknown> = { id };
  for (const [key, value] of Object.entries(facts)) flat[key.replace('.', '_')] = value;
  return flat;
}

export function siftPeer(devices: readonly FlatDevice[]): FilterPeer {
  return {
    name: 'sift',
    samples: 1,
    prepare: ({ mongo }) => {
      const test = sift.default(mongo);
      return () => devices.filter(test).map(({ id }) => id as number);
    },
    close: () => {},
  };
}

export function mingoPeer(devices: readonly FlatDevice[]): FilterPeer {
  return {
    name: 'mingo',
    samples: 1,
    prepare: ({ mongo }) => {
      const query = new Query(mongo);
      return () => devices.filter((device) => query.test(device)).map(({ id }) => id as number);
    },
    close: () => {},
  };
}

/** SQLite in memory, every single-valued field with an index of its own, packages in an indexed table. */
export function sqlitePeer(devices: readonly FlatDevice[]): FilterPeer {
  const db = new Database(':memory:');
  const columns = columnsOf(devices);
  db.exec(`CREATE TABLE device (id INTEGER PRIMARY KEY, ${columns.join(', ')})`);
  db.exec('CREATE TABLE software (device INTEGER, name TEXT, version TEXT)');
  const device = db.prepare(`INSERT INTO device VALUES (?, ${columns.map(() => '?').join(', ')})`);
  const software = db.prepare('INSERT INTO software VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const row of devices) {
      device.run(row.id, ...columns.map((column) => toSql(row[column])));
      for (const { name, version } of row.software as readonly FactRecord[]) software.run(row.id, name, version);
    }
  })();
  for (const column of columns) db.exec(`CREATE INDEX device_${column} ON device (${column})`);
  db.exec('CREATE INDEX software_name ON software (name, version, device)');
  db.exec('CREATE INDEX software_device ON software (device, name)');
  db.exec('ANALYZE');
  return {
    name: 'SQLite in memory with indexes',
    samples: 9,
    prepare: ({ sql }) => {
      const statement = db.prepare(`SELECT id FROM device WHERE ${sql}`).pluck();
      return () => statement.all() as number[];
    },
    close: () => {
      db.close();
    },
  };
}

/** The fields with one value. */
export function columnsOf(devices: readonly FlatDevice[]): readonly string[] {
  return Object.keys(devices[0] ?? {}).filter((key) => key !== 'id' && !Array.isArray(devices[0]?.[key]));
}

export function toSql(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}
