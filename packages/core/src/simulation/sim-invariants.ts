import { canonicalJson } from '@rmm/protocol';
import { commandModel } from '../agent/command-model.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { colourOf, countStates, isOpen } from '../job/execution-states.js';
import type { ExecutionState } from '../job/job-contract.js';
import { type ExecutionRow, executionModel, jobModel } from '../job/job-models.js';
import { devicePolicyModel } from '../policy/policy-models.js';
import { expectedDocuments } from './sim-policy-reference.js';
import type { SimWorld } from './sim-world.js';

/** Watches what must hold at every moment and what must hold in the end; tells what does not. */
export class SimInvariants {
  readonly #world: SimWorld;
  /** Frames that no transport loses were lost: what an agent said may not have been heard. */
  readonly #isLawless: boolean;
  readonly #ended = new Map<string, ExecutionState>();

  constructor(world: SimWorld, isLawless: boolean) {
    this.#world = world;
    this.#isLawless = isLawless;
  }

  /** At every moment. */
  async hold(): Promise<void> {
    const { data } = this.#world;
    const executions = await data.find(executionModel);
    const commands = await data.find(commandModel, { match: { kind: 'job.run' } });
    const carried = new Set(commands.map(({ id }) => id));
    for (const { id, state } of executions) {
      const before = this.#ended.get(id);
      if (before && before !== state) this.#broken(`${id} ended as ${before} and became ${state}`);
      if (!isOpen(state)) this.#ended.set(id, state);
      if (isOpen(state) !== carried.has(id))
        this.#broken(`${id} is ${state} but its command is ${carried.has(id) ? '' : 'not '}there`);
    }
    for (const [id, runs] of this.#world.runs) if (runs > 1) this.#broken(`${id} ran ${runs} times`);
  }

  /** When everybody has been well and connected for a while. */
  async holdAtRest(): Promise<void> {
    await this.hold();
    const { data, computers } = this.#world;
    const online = new Set(computers.filter(({ agent }) => agent.isOnline).map(({ agent }) => agent.deviceId));
    const devices = await data.find(deviceModel);
    for (const { id, online: flag } of devices) {
      if (flag !== online.has(id)) this.#broken(`${id} is ${online.has(id) ? '' : 'not '}connected and shown ${flag}`);
    }
    const shown = new Set(devices.filter((row) => row.online && row.state === 'active').map(({ id }) => id));
    const listed = await this.#world.until(
      this.#world.ask('list online', (api) =>
        api.devices.list({ filter: { field: 'status.online', condition: 'isTrue' }, limit: 1000 }),
      ),
    );
    const same = listed?.items.length === shown.size && listed.items.every(({ id }) => shown.has(id));
    if (!same) this.#broken(`the index shows ${listed?.items.length} devices online, storage ${shown.size}`);
    for (const { id, deviceId, state } of await data.find(executionModel)) {
      if (isOpen(state) && online.has(deviceId)) this.#broken(`${id} is still ${state}, though its device is online`);
    }
    await this.#policiesHold();
  }

  /** Connected agents keep what holds for them, and nothing else. */
  async #policiesHold(): Promise<void> {
    const { data, computers } = this.#world;
    const expected = await expectedDocuments(data);
    for (const { agent } of computers) {
      const wanted = agent.isOnline && expected.get(agent.deviceId ?? '');
      if (!wanted) continue;
      const [kept, wants] = [agent.disk.policy?.document ?? {}, wanted].map(canonicalJson);
      if (kept !== wants) this.#broken(`${agent.deviceId} keeps ${kept}, and ${wants} holds for it`);
      const row = await data.one(devicePolicyModel, { deviceId: agent.deviceId ?? '' });
      if (row && row.state !== 'in-force') this.#broken(`${agent.deviceId} obeys, and is shown as ${row.state}`);
    }
  }

  /** When everything has expired and nobody can report any more. */
  async holdAtTheEnd(): Promise<void> {
    await this.hold();
    const { data } = this.#world;
    const executions = await data.find(executionModel);
    for (const execution of executions) this.#rightlyEnded(execution);
    for (const job of await data.find(jobModel)) {
      const counts = countStates(executions.filter(({ jobId }) => jobId === job.id).map(({ state }) => [state, 1]));
      if (job.status !== 'completed') this.#broken(`the job ${job.id} is still ${job.status}`);
      if (JSON.stringify(job.counts) !== JSON.stringify(counts) || job.colour !== colourOf(counts)) {
        this.#broken(
          `the job ${job.id} counts ${JSON.stringify(job.counts)}, its executions are ${JSON.stringify(counts)}`,
        );
      }
    }
  }

  #rightlyEnded({ id, state, reasonCode, startedAt }: ExecutionRow): void {
    const runs = this.#world.runs.get(id) ?? 0;
    if (isOpen(state)) this.#broken(`${id} is ${state} long after it expired`);
    const ranForSure = state === 'success' || (state === 'error' && reasonCode === null);
    if (ranForSure && runs !== 1) this.#broken(`${id} is ${state} and ran ${runs} times`);
    if (this.#isLawless) return;
    const neverRan = state === 'expired' || state === 'refused' || (state === 'cancelled' && startedAt === null);
    if (neverRan && runs !== 0) this.#broken(`${id} is ${state} and yet ran`);
  }

  #broken(what: string): void {
    this.#world.faults.push(what);
  }
}
