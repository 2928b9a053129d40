import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { breathe } from '../filter/breathe.js';
import { compileFilter } from '../filter/compile-filter.js';
import type { DefaultFilter } from '../filter/default-filters.js';
import type { PluginContext } from '../plugin/plugin.js';
import { type deliveryContract, SETTLE_BATCH } from './delivery-contract.js';
import { EMPTY_DOCUMENT, NOTHING } from './device-policy.js';
import { PolicyMarks, type Touched } from './policy-marks.js';
import { type DevicePolicyRow, devicePolicyModel, policyDocumentModel } from './policy-models.js';
import type { PolicyReader, StoredPolicies } from './policy-reader.js';
import type { EffectiveDocument, PolicyResolution } from './resolve/policy-resolution.js';
import type { PolicyWorld } from './resolve/policy-world.js';
import { resolvePolicies } from './resolve/resolve-policies.js';
import { TargetWatch } from './target-watch.js';

/** So few devices are looked at one by one; for more it takes less to work out where each policy holds. */
const FEW = 50;
/** So many devices are compared before others have their turn; more where that is quick. */
const SLICE = 2000;
const QUICK_MS = 20;
/** Between two attempts when storage fails. */
const AGAIN_MS = 2000;
/** After an agent could not take what it was sent. */
const RETRY_MS = 300_000;
/** Of the documents of one batch, characters as JSON; the device that exceeds it is the last one of its batch. */
const MOST_TEXT = 4 * 1024 * 1024;
/** Faults that time does not heal: only a change of the policies, or another agent. */
const LASTING: ReadonlySet<string> = new Set(['COMMAND_UNSUPPORTED', 'PAYLOAD_TOO_LARGE']);

interface Parts {
  readonly context: Pick<PluginContext, 'clock' | 'logger' | 'call'>;
  readonly data: Data;
  readonly reader: PolicyReader;
  /** Policies may be changed by other processes too: nothing of them is kept. */
  readonly shared: boolean;
}

type Settlement = Static<(typeof deliveryContract)['settle']['input']> & {
  /** What was too much for one batch, with whether what failed is tried again. */
  readonly left: readonly (readonly [deviceId: string, retry: boolean])[];
};

/**
 * Brings the policies of one System to its devices. Whatever may change what a device is to obey marks it; marked devices
 * are looked at one batch after the other, and written down where something is different. What a crash loses of the marks
 * is found at the next start, when everything is compared.
 */
export class SystemDelivery {
  readonly #parts: Parts;
  readonly #marks = new PolicyMarks();
  readonly targets = new TargetWatch();
  #stored: StoredPolicies | undefined;
  #changes = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  touch(touched: Touched): void {
    if (this.#stopped) return;
    if (touched.policies || touched.everything || touched.stale) this.#forget();
    this.#marks.add(touched);
    this.#run();
  }

  /** Called as time passes. */
  tick(): void {
    if (this.#running === undefined && this.#marks.isEmpty) this.targets.forget(this.#parts.context.clock.now());
    if (this.targets.timed.size > 0) this.touch({ passingTime: true });
  }

  /** What is kept of the policies is not true any more. */
  #forget(): void {
    this.#changes += 1;
    this.#stored = undefined;
    this.targets.lose();
  }

  /** Tries once more, in a while, what agents could not take. */
  retryLater(): void {
    if (this.#stopped || this.#cancelRetry) return;
    const retry = async () => {
      const fields = ['deviceId', 'fault'] as const;
      const failed = await this.#parts.data.find(devicePolicyModel, { match: { state: 'failed' }, fields });
      const devices = failed.filter(({ fault }) => !LASTING.has(fault?.code ?? '')).map(({ deviceId }) => deviceId);
      this.touch({ devices, retry: true });
    };
    this.#cancelRetry = this.#parts.context.clock.after(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      retry().catch((error: unknown) => {
        this.#complain(error);
        this.retryLater();
      });
    });
  }

  /** Resolves when nothing is marked. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#wake?.();
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      if (!this.#marks.isEmpty && !this.#stopped) this.#run();
    });
  }

  async #drain(): Promise<void> {
    while (!this.#marks.isEmpty && !this.#stopped) {
      const wait = await this.#step().catch((error: unknown) => {
        this.#complain(error);
        return AGAIN_MS;
      });
      if (wait !== undefined && !this.#stopped) await this.#pause(wait);
    }
  }

  /** Returns how long to wait until the next one, if at all. */
  async #step(): Promise<number | undefined> {
    if (this.#marks.isWide) await this.#spread();
    if (this.#stopped) return undefined;
    const batch = this.#marks.take(SETTLE_BATCH);
    try {
      const isCut = await this.#settle(batch);
      // Others have their turn between large batches.
      return isCut || batch.size === SETTLE_BATCH ? 0 : undefined;
    } catch (error) {
      for (const [id, retry] of batch) this.#marks.add({ devices: [id], retry });
      throw error;
    }
  }

  /** Finds the devices of what was touched. */
  async #spread(): Promise<void> {
    const wide = this.#marks.takeWide();
    try {
      const stored = await this.#policies();
      const rows = wide.everything ? await this.#desired() : new Map<string, string>();
      if (!stored.policies.some(({ deployed }) => deployed) && rows.size + wide.policies.length === 0) return;
      const world = await this.#world(stored);
      // Also the devices of Profiles in which a policy is turned off: it may have been on.
      const open = world.with({ exceptions: [] });
      for (const { place, targets } of wide.policies) this.#marks.add({ devices: open.held(place, targets) });
      for (const id of wide.groups) this.#marks.add({ devices: this.targets.changed(world, { kind: 'group', id }) });
      for (const id of wide.passingTime ? this.targets.timed : []) {
        this.#marks.add({ devices: this.targets.changed(world, { kind: 'filter', id }) });
      }
      if (wide.everything) await this.#compareAll(stored, rows);
    } catch (error) {
      this.#marks.add(wide);
      throw error;
    }
  }

  /**
   * Marks the devices that are to obey something else than what is written down of them. Slice by slice, so that nobody
   * waits for all of them: whatever changes in between marks what it touches by itself.
   */
  async #compareAll(stored: StoredPolicies, desired: ReadonlyMap<string, string>): Promise<void> {
    let world = await this.#world(stored);
    let { revision } = world.targets.facts;
    const ids = [...new Set([...world.targets.facts.all(), ...desired.keys()])];
    for (let from = 0, size = SLICE; from < ids.length && !this.#stopped; ) {
      const began = performance.now();
      const now = await this.#world(stored);
      const { facts } = now.targets;
      if (facts !== world.targets.facts || facts.revision !== revision) {
        world = now;
        revision = facts.revision;
      }
      this.#marks.add({ devices: different(world, desired, ids.slice(from, from + size)) });
      from += size;
      size = performance.now() - began < QUICK_MS ? 2 * size : SLICE;
      await breathe();
    }
  }

  /** Tells whether some of the batch was left for the next one. */
  async #settle(batch: ReadonlyMap<string, boolean>): Promise<boolean> {
    if (batch.size === 0) return false;
    const { context, data } = this.#parts;
    const stored = await this.#policies();
    const rows = await data.find(devicePolicyModel, { match: { deviceId: [...batch.keys()] } });
    const rowOf = new Map(rows.map((row) => [row.deviceId, row]));
    const world = await this.#world(stored, batch.size <= FEW ? [...batch.keys()] : undefined);
    const resolution = resolvePolicies(world, world.targets.facts.of(batch.keys()));
    const { devices, documents, left } = settlement(batch, rowOf, resolution);
    for (const [id, retry] of left) this.#marks.add({ devices: [id], retry });
    if (devices.length > 0) await context.call(this.#actor, 'policyDelivery.settle', { devices, documents });
    return left.length > 0;
  }

  /** Forgets documents that are nobody's any more. */
  async tidy(): Promise<void> {
    const { context, data } = this.#parts;
    const documents = await data.find(policyDocumentModel, { fields: ['hash'] });
    if (documents.length === 0) return;
    const used = new Set((await this.#desired()).values());
    const hashes = documents.map(({ hash }) => hash).filter((hash) => !used.has(hash));
    for (let from = 0; from < hashes.length && !this.#stopped; from += SETTLE_BATCH) {
      const some = hashes.slice(from, from + SETTLE_BATCH);
      await context.call(this.#actor, 'policyDelivery.tidy', { hashes: some });
    }
  }

  async #policies(): Promise<StoredPolicies> {
    const { context, reader, data, shared } = this.#parts;
    if (this.#stored && !shared) return this.#stored;
    const changes = this.#changes;
    const stored = await reader.stored(data);
    // What was read before a change may be older than it, and must not outlive it.
    if (changes === this.#changes) {
      this.#stored = stored;
      const { catalogue } = reader.facts;
      const isTimed = ({ filter }: DefaultFilter) => compileFilter(catalogue, filter).timeDependent;
      this.targets.follow(stored, isTimed, context.clock.now());
    }
    return stored;
  }

  /** To be used up before anything is awaited. @param only as if there were only these devices; default all */
  async #world(stored: StoredPolicies, only?: readonly string[]): Promise<PolicyWorld> {
    const { reader, data } = this.#parts;
    const index = await reader.facts.open(data.systemId);
    this.targets.remember(() => reader.worldOf(index, stored));
    return reader.worldOf(index, stored, only);
  }

  /** What each device that something is stored of is to obey. */
  async #desired(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#parts.data.find(devicePolicyModel, { fields: ['deviceId', 'desired'] });
    return new Map(rows.map(({ deviceId, desired }) => [deviceId, desired]));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.context.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #complain(error: unknown): void {
    if (this.#stopped) return;
    const { systemId } = this.#parts.data;
    this.#parts.context.logger.warn('Policies could not be brought to devices yet', { systemId, error: String(error) });
  }

  get #actor() {
    return { kind: 'host', systemId: this.#parts.data.systemId, name: 'Policies' } as const;
  }
}

/** What is to be written down of the devices of a batch. */
function settlement(
  batch: ReadonlyMap<string, boolean>,
  rowOf: ReadonlyMap<string, DevicePolicyRow>,
  resolution: PolicyResolution,
): Settlement {
  const devices: Settlement['devices'] = [];
  const documents = new Map<string, EffectiveDocument>();
  let text = 0;
  const all = [...batch];
  for (const [at, [deviceId, retry]] of all.entries()) {
    if (text >= MOST_TEXT) return { devices, documents: named(documents), left: all.slice(at) };
    const effective = resolution.of(deviceId);
    const row = rowOf.get(deviceId);
    const hash = effective?.hash ?? NOTHING;
    const { desired, actual, fault } = row ?? { desired: EMPTY_DOCUMENT, actual: null, fault: null };
    if (!row && hash === NOTHING) continue;
    const isDue = hash !== NOTHING && (actual ?? EMPTY_DOCUMENT) !== hash && (fault === null || retry);
    if (hash === desired && !isDue) continue;
    devices.push({ deviceId, hash, retry });
    if (!effective || hash === EMPTY_DOCUMENT || documents.has(hash)) continue;
    documents.set(hash, effective.document);
    text += JSON.stringify(effective.document).length;
  }
  return { devices, documents: named(documents), left: [] };
}

const named = (documents: ReadonlyMap<string, EffectiveDocument>) =>
  [...documents].map(([hash, document]) => ({
    hash,
    document: document as Settlement['documents'][number]['document'],
  }));

/** Those of the devices that are to obey something else than what is written down of them. */
function different(world: PolicyWorld, desired: ReadonlyMap<string, string>, ids: readonly string[]): string[] {
  const resolution = resolvePolicies(world, world.targets.facts.of(ids));
  return ids.filter((id) => {
    const effective = resolution.of(id);
    if (effective) return effective.hash !== (desired.get(id) ?? EMPTY_DOCUMENT);
    return (desired.get(id) ?? NOTHING) !== NOTHING;
  });
}
