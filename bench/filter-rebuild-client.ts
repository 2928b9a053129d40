// Run by filter-rebuild.ts in a process of its own, as a server starts: reads the index of a System from a SQLite file,
// prints what that took and what the index answers, and stores the blocks if asked to.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { Data } from '../packages/core/src/data/data.js';
import { CORE_FIELDS } from '../packages/core/src/filter/core-fields.js';
import { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { SystemIndex } from '../packages/core/src/filter/system-index.js';
import { silentLogger } from '../packages/core/src/port/logger.js';
import { answersOf, type RebuildResult, type Taken } from './filter-rebuild-result.js';
import { FLEET_NOW } from './generate-fleet.js';
import { heapBytes } from './measure.js';
import { FLEET_MODELS, FLEET_SYSTEM } from './stored-fleet.js';

async function measured(work: () => Promise<void>): Promise<Taken> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  const started = performance.now();
  delay.enable();
  await work();
  // The last stall is noted by the timer after it.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpuSeconds: (user + system) / 1e6, stallMs: delay.max / 1e6 };
}

async function rebuild(file: string, store: boolean): Promise<RebuildResult> {
  const storage = sqliteStorage({ file, durability: 'process-crash' });
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  const plugins = { sources: [], keys: [] };
  const { signal } = new AbortController();
  await storage.migrate(FLEET_MODELS.map(({ def }) => def));
  const data = new Data(storage, FLEET_SYSTEM);
  const before = heapBytes();
  const index = new SystemIndex({ data, catalogue, plugins, logger: silentLogger, signal }, FLEET_NOW);
  const load = await measured(() => index.load());
  const bytes = heapBytes() - before;
  const stored = store ? await measured(() => index.store()) : undefined;
  const answers = answersOf(catalogue, index.facts, (id) => id);
  await storage.close();
  return { load, store: stored, devices: index.facts.size, bytes, answers };
}

const [file, store] = process.argv.slice(2);
if (file !== undefined) process.stdout.write(JSON.stringify(await rebuild(file, store === 'store')));
