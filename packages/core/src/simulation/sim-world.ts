import { createHash } from 'node:crypto';
import { isRmmError, LIMITS } from '@rmm/protocol';
import { commandModel } from '../agent/command-model.js';
import type { RmmApi } from '../core-api.js';
import { Data } from '../data/data.js';
import { AgentDisk } from '../testing/agent-disk.js';
import { type MemoryTransport, memoryTransport } from '../testing/memory-transport.js';
import { seededIds } from '../testing/seeded-ids.js';
import { SimulatedAgent } from '../testing/simulated-agent.js';
import type { SimDisk } from './process-storage.js';
import { SimClock } from './sim-clock.js';
import { SimRandom } from './sim-random.js';
import { SimServer } from './sim-server.js';
import { SimWire } from './sim-wire.js';

/** What a technician may be told without anything being wrong. */
const EXPECTED: ReadonlySet<string> = new Set([
  'NOT_STARTED',
  'SHUTTING_DOWN',
  'NOT_FOUND',
  'DEVICE_SUSPENDED',
  'JOB_FINISHED',
  'INVALID_INPUT',
  'IN_USE',
]);

/** An agent on its computer. */
export interface SimComputer {
  readonly agent: SimulatedAgent;
  readonly isClone: boolean;
  /** What was backed up of its disk. */
  backup: AgentDisk | undefined;
  /** Crashes at so many crash points from now. */
  pointsLeft: number | undefined;
  skewMs: number;
}

/** A server, its technicians and a fleet, all in virtual time and by one seed. */
export class SimWorld {
  readonly seed: number;
  readonly random: SimRandom;
  readonly clock = new SimClock();
  readonly disk: SimDisk;
  readonly wire: SimWire;
  readonly server: SimServer;
  readonly computers: SimComputer[] = [];
  /** How often each script ran, wherever. */
  readonly runs = new Map<string, number>();
  readonly faults: string[] = [];
  readonly #log: string[] = [];
  readonly #transport: MemoryTransport;
  #made = 0;
  systemId = '';
  profileIds: string[] = [];

  constructor(seed: number, disk: SimDisk) {
    this.seed = seed;
    this.disk = disk;
    this.random = new SimRandom(seed);
    this.wire = new SimWire(this.clock, this.random);
    this.#transport = memoryTransport({ carry: this.wire.carry, isCongested: this.wire.isCongested });
    const { clock, random } = this;
    const ids = seededIds(seed + 1);
    this.server = new SimServer({
      disk,
      clock,
      random,
      ids,
      transport: this.#transport,
      onError: (message) => this.faults.push(`The server logged: ${message}`),
    });
  }

  /** Rows as they are stored now. */
  get data(): Data {
    return new Data(this.disk.ops, this.systemId);
  }

  /** For names that nothing else has. */
  next(): number {
    return ++this.#made;
  }

  note(line: string): void {
    this.#log.push(`${this.clock.now() % 1e9} ${line}`);
  }

  /** The last things that happened. */
  story(lines = 60): string {
    return this.#log.slice(-lines).join('\n');
  }

  /** The same for the same course of events. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#log.join('\n')).digest('hex');
  }

  /** Lets virtual time pass; each timer's consequences come to rest before the next one runs. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.step(end)) await this.#settle();
  }

  /** Lets time pass until something has been done. */
  async until<R>(promise: Promise<R>, mostMs = 600_000): Promise<R> {
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    done.catch(() => undefined);
    await this.#settle();
    for (const end = this.clock.now() + mostMs; !settled && this.clock.step(end); ) await this.#settle();
    if (!settled) throw new Error('It did not come to an end');
    return done;
  }

  async #settle(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.disk.active > 0);
  }

  /** Makes the System, its Profiles and the first agents, and starts them. */
  async begin(agents: number): Promise<void> {
    await this.server.start();
    await this.advance(2000);
    const { rmm } = this.server;
    if (!rmm) throw new Error('The server did not start');
    const host = { kind: 'host', name: 'simulation' } as const;
    this.systemId = (await this.until(rmm.as(host).systems.create({ name: 'Simulated' }))).id;
    for (const name of ['North', 'South']) {
      this.profileIds.push((await this.until(this.#api(rmm).profiles.create({ name }))).id);
    }
    const { token } = await this.until(
      this.#api(rmm).enrolments.create({ profileId: this.random.pick(this.profileIds), uses: null }),
    );
    for (let made = 0; made < agents; made++) this.addComputer(token);
    await this.advance(5000);
  }

  #api(rmm: { as(actor: { kind: 'host'; systemId: string; name: string }): RmmApi }): RmmApi {
    return rmm.as({ kind: 'host', systemId: this.systemId, name: 'technician' });
  }

  /** What a technician does; undefined while no server is there. Faults that nobody expects are kept. */
  ask<R>(what: string, call: (api: RmmApi) => Promise<R>): Promise<R | undefined> {
    const { rmm } = this.server;
    if (!rmm) return Promise.resolve(undefined);
    return call(this.#api(rmm)).catch((error: unknown) => {
      this.note(`${what}: ${String(error)}`);
      if (!isRmmError(error) || !EXPECTED.has(error.code)) this.faults.push(`${what}: ${String(error)}`);
      return undefined;
    });
  }

  addComputer(token: string | undefined, disk = new AgentDisk(), isClone = false): SimComputer {
    const name = `pc-${this.computers.length}`;
    const computer: SimComputer = {
      isClone,
      backup: undefined,
      pointsLeft: undefined,
      skewMs: 0,
      agent: new SimulatedAgent({
        transport: this.#transport,
        clock: this.clock,
        disk,
        ...(token !== undefined && { token }),
        hostname: name,
        machine: `machine-${name}`,
        random: () => this.random.next(),
        skewMs: () => computer.skewMs,
        runScript: ({ id }) => {
          this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
          this.note(`${name} runs ${id}`);
          const afterMs = this.random.chance(0.1) ? this.random.between(30_000, 90_000) : this.random.between(0, 5000);
          return { afterMs, exitCode: this.random.chance(0.8) ? 0 : 1, stdout: 'done\n' };
        },
        crashesAt: (point) => {
          if (computer.pointsLeft === undefined || computer.pointsLeft-- > 0) return false;
          computer.pointsLeft = undefined;
          this.wire.lose(this.random.chance(0.5) ? computer.agent.linkId : undefined);
          this.note(`${name} crashes ${point}`);
          return true;
        },
      }),
    };
    this.computers.push(computer);
    computer.agent.start();
    return computer;
  }

  /** Whether all that the agent has in its journal is known to the server, so that an older journal can be told from it. */
  async isAcknowledged({ agent }: SimComputer): Promise<boolean> {
    const { deviceId } = agent;
    if (deviceId === undefined) return false;
    return (await this.data.count(commandModel, { deviceId, state: ['sent', 'recalled'] })) === 0;
  }

  /** The end of all trouble: everybody is well, most are connected and some gone, and time enough has passed. */
  async recover(): Promise<void> {
    this.wire.congest(0);
    this.note('recovery');
    for (const computer of this.computers) {
      computer.pointsLeft = undefined;
      // A nudge that a lawless wire lost is made good by the next connection only.
      if (computer.isClone || this.wire.isLawless) computer.agent.stop();
      if (!computer.isClone) computer.agent.start();
      if (this.random.chance(0.3)) this.#leaveSoon(computer);
    }
    this.wire.isLawless = false;
    this.server.killAfter(undefined);
    await this.server.start();
    await this.advance(2 * LIMITS.silenceMs + 120_000);
  }

  /** Comes once more, and goes in the very moment in which the server is busy with its coming. */
  #leaveSoon({ agent }: SimComputer): void {
    this.clock.after(this.random.between(60_000, 120_000), () => agent.stop());
    this.clock.after(150_000, () => {
      agent.start();
      this.clock.after(this.random.between(0, 120), () => agent.stop());
    });
  }

  /** Long after everything has expired. */
  async outlast(ms: number): Promise<void> {
    for (const { agent } of this.computers) agent.stop();
    await this.advance(5000);
    this.server.stop();
    await this.advance(5000);
    this.clock.jump(ms);
    await this.server.start();
    await this.advance(130_000);
  }
}
