import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { accessBench } from './access.js';
import { agentBench } from './agent.js';
import type { BenchRow } from './bench-row.js';
import { doorBench } from './door.js';
import { filterBench } from './filter.js';
import { policyBench } from './policy.js';
import { policyPushBench } from './policy-push.js';
import { storageBench } from './storage.js';
import { transportBench } from './transport.js';

/** `--large` asks for sizes beyond what a run of all suites has time for. */
export interface BenchOptions {
  readonly large: boolean;
}

const SUITES: Readonly<Record<string, (options: BenchOptions) => Promise<readonly BenchRow[]>>> = {
  filter: filterBench,
  access: () => accessBench(),
  policy: () => policyBench(),
  push: () => policyPushBench(),
  storage: storageBench,
  door: doorBench,
  transport: transportBench,
  agent: () => agentBench(),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, large: { type: 'boolean', default: false } },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(SUITES);
const rows: BenchRow[] = [];
for (const name of chosen) {
  const suite = SUITES[name];
  if (!suite) throw new Error(`There is no bench "${name}"; there are ${Object.keys(SUITES).join(', ')}`);
  process.stderr.write(`${name} …\n`);
  rows.push(...(await suite({ large: values.large })));
}
const figure = (value: number) =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
console.table(
  rows.map((row) => ({
    name: row.name,
    value: `${figure(row.value)} ${row.unit}`,
    peer: `${row.peer}: ${figure(row.peerValue)}`,
    ratio: figure(row.ratio),
    ...(row.limit !== undefined &&
      row.limitValue !== undefined && { limit: `${row.limit}: ${figure(row.limitValue)}` }),
  })),
);
if (values.json) {
  const header = { node: process.version, platform: process.platform, at: new Date().toISOString() };
  writeFileSync(values.json, `${JSON.stringify({ ...header, rows }, null, 2)}\n`);
}
