import { canonicalJson } from '@rmm/protocol';
import { planChange } from '../packages/core/src/policy/plan-change.js';
import type { PolicyRow } from '../packages/core/src/policy/policy-models.js';
import { affectedDevices } from '../packages/core/src/policy/resolve/affected-devices.js';
import type { PolicyResolution, WorldSources } from '../packages/core/src/policy/resolve/policy-resolution.js';
import { PolicyWorld } from '../packages/core/src/policy/resolve/policy-world.js';
import { resolvePolicies } from '../packages/core/src/policy/resolve/resolve-policies.js';
import { BUILT_IN_POLICY_TYPES } from '../packages/core/src/policy/types/built-in-types.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { medianMs } from './measure.js';
import { MIXED, POLICY_NOW, type PolicyFleet, policyFleet, scattered } from './policy-fleet.js';
import { heldIds, loopPeer, sqlitePeer } from './policy-peers.js';

const DEVICES = 100_000;
const POLICIES = 500;
/** The peers get so many devices; their time is multiplied up. */
const SAMPLE = 1000;
const SAMPLES = 5;
const LOOP = `loop over policies, from ${SAMPLE} devices`;
const SQLITE = `SQLite in memory, from ${SAMPLE} devices`;
const BARE = 'one pass over the bitmaps';

/** Which settings hold on 100,000 devices under 500 policies; results are compared first. */
export async function policyBench(): Promise<BenchRow[]> {
  return [MIXED, scattered('every device its own', BUILT_IN_POLICY_TYPES)].flatMap((spread) =>
    fleetBench(policyFleet(spread, DEVICES, POLICIES)),
  );
}

function fleetBench({ name, sources }: PolicyFleet): BenchRow[] {
  const world = PolicyWorld.of(sources);
  const resolution = resolvePolicies(world);
  const loopMs = loopTime(world, resolution);
  const sqliteMs = sqliteTime(world, resolution);
  const limitValue = bareAlgebra();
  const row = (what: string, value: number, peer: string, peerValue: number, limit = limitValue): BenchRow =>
    benchRow({
      name: `policies, ${name}: ${what}`,
      value,
      unit: 'ms',
      peer,
      peerValue,
      limit: BARE,
      limitValue: limit,
    });
  // The world anew each time: the sets of the policies are part of the work.
  const fullMs = medianMs(() => resolvePolicies(PolicyWorld.of(sources)), SAMPLES);
  const full = `all of ${DEVICES} × ${POLICIES}, ${resolution.classes.length} different documents, with hashes`;
  const edit = editOf(sources.policies);
  const after = world.with({ policies: edit.policies });
  const touched = affectedDevices(world, after);
  const share = touched.count / resolution.devices.count;
  const editMs = medianMs(() => {
    const edited = world.with({ policies: edit.policies });
    return resolvePolicies(edited, affectedDevices(world, edited));
  }, SAMPLES);
  const oneMs = oneDeviceTime(sources, resolution);
  const plan = () =>
    planChange(world, { kind: 'save', policyId: edit.policyId, order: edit.order }, { now: POLICY_NOW });
  assertPlan(world, after, plan().devices);
  const planMs = medianMs(plan, SAMPLES);
  return [
    row(full, fullMs, LOOP, loopMs),
    row(full, fullMs, SQLITE, sqliteMs),
    row(`one policy edited, ${touched.count} devices`, editMs, `${LOOP}, only those devices`, loopMs * share),
    row('one device, from nothing', oneMs, 'target', 5),
    row(
      `plan of that edit, ${plan().devices} devices change`,
      planMs,
      `${LOOP}, those devices twice`,
      2 * loopMs * share,
    ),
  ];
}

/** Of the first policies the one that holds the most devices loses its precedence. */
function editOf(rows: readonly PolicyRow[]) {
  const row = rows.find(({ level, deployed }) => level === 'system' && deployed?.enabled && !deployed.enforced);
  if (!row?.deployed) throw new Error('There is no policy to edit');
  const order = 99;
  const deployed = { ...row.deployed, order };
  return { policyId: row.id, order, policies: rows.map((other) => (other === row ? { ...row, deployed } : other)) };
}

/** What every audit that moves a device from one filter to another asks for. */
function oneDeviceTime(sources: WorldSources, resolution: PolicyResolution): number {
  const ids = [...resolution.devices];
  let turn = 0;
  return medianMs(() => {
    const id = ids[(turn++ * 7919) % ids.length] as string;
    const found = resolvePolicies(PolicyWorld.of({ ...sources, only: [id] })).of(id);
    if (found?.hash !== resolution.of(id)?.hash) throw new Error(`Device ${id} alone is to obey something else`);
  }, SAMPLES);
}

function loopTime(world: PolicyWorld, resolution: PolicyResolution): number {
  const ids = [...resolution.devices].slice(0, SAMPLE);
  const ask = loopPeer(world, heldIds(world));
  for (const [id, document] of ask(ids)) {
    if (canonicalJson(document) === canonicalJson(resolution.of(id)?.document)) continue;
    throw new Error(`Device ${id}: the loop finds ${canonicalJson(document)}`);
  }
  return (medianMs(() => ask(ids), SAMPLES) * resolution.devices.count) / SAMPLE;
}

function sqliteTime(world: PolicyWorld, resolution: PolicyResolution): number {
  const { ask, close } = sqlitePeer(world, heldIds(world), SAMPLE);
  const found = ask();
  for (const [device, name, value] of found) {
    const [type = '', field = ''] = name.split(' ');
    if (canonicalJson(resolution.of(String(device))?.document[type]?.[field]) === canonicalJson(JSON.parse(value)))
      continue;
    throw new Error(`Device ${device}, ${name}: SQLite finds ${value}`);
  }
  if (found.length === 0) throw new Error('SQLite finds nothing');
  const ms = medianMs(ask, SAMPLES);
  close();
  return (ms * DEVICES) / SAMPLE;
}

function assertPlan(before: PolicyWorld, after: PolicyWorld, planned: number): void {
  const was = new Map([...resolvePolicies(before)].map(([id, { hash }]) => [id, hash]));
  const changed = [...resolvePolicies(after)].filter(([id, { hash }]) => was.get(id) !== hash).length;
  if (changed !== planned) throw new Error(`The plan counts ${planned} devices, but ${changed} change`);
}

/** For each policy: the devices that are left and in its set, and those that are then left. */
function bareAlgebra(): number {
  const words = DEVICES / 32;
  const sets = Array.from({ length: POLICIES }, (_, i) =>
    Uint32Array.from({ length: words }, (_, word) => Math.imul(word + i, 0x9e3779b1) >>> 0),
  );
  return medianMs(() => {
    let hits = 0;
    const left = new Uint32Array(words).fill(0xffffffff);
    for (const set of sets) {
      for (let i = 0; i < words; i++) {
        const hit = (left[i] as number) & (set[i] as number);
        hits += hit & 1;
        left[i] = (left[i] as number) ^ hit;
      }
    }
    return hits;
  }, SAMPLES);
}
