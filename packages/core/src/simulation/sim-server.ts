import { createRmm } from '../create-rmm.js';
import type { Clock } from '../port/clock.js';
import type { Ids } from '../port/ids.js';
import type { Logger } from '../port/logger.js';
import type { Rmm } from '../rmm.js';
import type { MemoryTransport } from '../testing/memory-transport.js';
import { ProcessStorage, type SimDisk } from './process-storage.js';
import type { SimClock } from './sim-clock.js';
import type { SimRandom } from './sim-random.js';

export interface SimServerParts {
  readonly disk: SimDisk;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly ids: Ids;
  readonly transport: MemoryTransport;
  /** Called with what the server logs as an error. */
  readonly onError: (message: string) => void;
}

/** The server's process: can be started, stopped and killed, again and again, on the same disk. */
export class SimServer {
  readonly #parts: SimServerParts;
  #process: { readonly rmm: Rmm; readonly storage: ProcessStorage; isStarted: boolean } | undefined;
  #operationsLeft: number | undefined;

  constructor(parts: SimServerParts) {
    this.#parts = parts;
  }

  /** Undefined while no server is ready. */
  get rmm(): Rmm | undefined {
    return this.#process?.isStarted ? this.#process.rmm : undefined;
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  async start(): Promise<void> {
    if (this.#process) return;
    const { disk, clock, random, ids, transport, onError } = this.#parts;
    const storage = new ProcessStorage({ disk, clock, random, dies: () => this.#counts() });
    const rmm = await createRmm({
      storage,
      transport,
      ids,
      clock: mortalClock(clock, storage),
      logger: errorsTo((message) => !storage.isDead && onError(message)),
      masterKey: new Uint8Array(32).fill(1),
      checkOutputs: true,
    });
    const process = { rmm, storage, isStarted: false };
    this.#process = process;
    rmm.start().then(
      () => {
        process.isStarted = true;
      },
      (error: unknown) => onError(`start: ${String(error)}`),
    );
  }

  stop(): void {
    const process = this.#process;
    if (!process?.isStarted) return;
    this.#process = undefined;
    process.rmm.stop().catch((error: unknown) => onErrorOf(this.#parts, process.storage, error));
  }

  /** kill -9. */
  kill(): void {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    this.#operationsLeft = undefined;
    process.storage.kill();
    this.#parts.transport.kill();
  }

  /** kill -9 at the n-th storage operation from now; undefined: not at all. */
  killAfter(operations: number | undefined): void {
    this.#operationsLeft = operations;
  }

  #counts(): boolean {
    if (this.#operationsLeft === undefined || this.#operationsLeft-- > 0) return false;
    this.kill();
    return true;
  }
}

function onErrorOf({ onError }: SimServerParts, storage: ProcessStorage, error: unknown): void {
  if (!storage.isDead) onError(`stop: ${String(error)}`);
}

/** Timers die with their process. */
function mortalClock(clock: SimClock, storage: ProcessStorage): Clock {
  return {
    now: () => clock.now(),
    after: (ms, run) =>
      clock.after(ms, () => {
        if (!storage.isDead) run();
      }),
  };
}

function errorsTo(report: (message: string) => void): Logger {
  const silent = () => undefined;
  const error: Logger['error'] = (message, meta) => report(`${message} ${JSON.stringify(meta ?? {})}`);
  return { debug: silent, info: silent, warn: silent, error };
}
