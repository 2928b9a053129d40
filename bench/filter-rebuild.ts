import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { Data } from '../packages/core/src/data/data.js';
import type { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import type { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { answersOf, type RebuildResult, type Taken } from './filter-rebuild-result.js';
import { FLEET_MODELS, FLEET_SYSTEM, storedId, storeFleet } from './stored-fleet.js';

const CLIENT = fileURLToPath(new URL('./filter-rebuild-client.ts', import.meta.url));

/** The index of a whole fleet read from a SQLite file as a server starts: from the audits, then from stored blocks. */
export async function rebuildBench(
  catalogue: FieldCatalogue,
  fleet: readonly Facts[],
  expected: FactIndex,
): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-bench-filter-'));
  const file = join(folder, 'data.db');
  try {
    const storage = sqliteStorage({ file, durability: 'process-crash' });
    await storage.migrate(FLEET_MODELS.map(({ def }) => def));
    await storeFleet(new Data(storage, FLEET_SYSTEM), fleet);
    await storage.close();
    const answers = JSON.stringify(answersOf(catalogue, expected, (id) => storedId(Number(id))));
    const source = `of ${fleet.length} devices read from SQLite (${(statSync(file).size / 1e9).toFixed(1)} GB)`;
    const fromAudits = await rebuild(file, answers, 'store');
    const fromBlocks = await rebuild(file, answers);
    return [
      ...loadRows(`index ${source}, from blocks`, fromBlocks),
      ...loadRows(`index ${source}, from audits`, fromAudits),
      ...(fromAudits.store ? takenRows(`blocks of ${fleet.length} devices stored`, fromAudits.store) : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rebuild(file: string, answers: string, ...options: readonly string[]): Promise<RebuildResult> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CLIENT, file, ...options]);
  const result = JSON.parse(stdout) as RebuildResult;
  if (JSON.stringify(result.answers) !== answers)
    throw new Error(`The index read from SQLite answers ${JSON.stringify(result.answers)}, not ${answers}`);
  return result;
}

const loadRows = (name: string, { load, bytes, devices }: RebuildResult): BenchRow[] => [
  ...takenRows(name, load),
  against(`${name}, memory per device`, bytes / devices, 'B', 1024),
];

const takenRows = (name: string, { seconds, cpuSeconds, stallMs }: Taken): BenchRow[] => [
  against(`${name}, by the clock`, seconds, 's', 5),
  against(`${name}, processor time`, cpuSeconds, 's', 5),
  against(`${name}, longest stall of the event loop`, stallMs, 'ms', 50),
];

const against = (name: string, value: number, unit: string, target: number): BenchRow =>
  benchRow({ name, value, unit, peer: 'target', peerValue: target });
