import { isRmmError, RmmError } from '@rmm/protocol';
import { Data } from '../data/data.js';
import type { EventHub } from '../event/event-hub.js';
import type { RmmEventName, RmmEvents } from '../event/rmm-events.js';
import type { Actor } from '../port/actor.js';
import type { Clock } from '../port/clock.js';
import type { Storage, StorageOps } from '../storage/storage.js';
import type { Touches } from './contract.js';
import type { Operation, OperationContext } from './operation.js';
import type { Validator } from './validator.js';

/** What the door asks of the access feature. */
export interface Guard {
  /** @throws RmmError `UNAUTHENTICATED`, `FORBIDDEN` */
  authorize(actor: Actor, operation: Operation): Promise<void>;
  /** @throws RmmError `NOT_FOUND` for the first id that does not exist or that the actor may not see. */
  assertVisible(data: Data, actor: Actor, touches: Touches): Promise<void>;
  /** Writes the activity log. */
  record(data: Data, actor: Actor, operation: Operation, input: unknown, outcome: 'done' | 'refused'): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The host's own open transaction, and where to leave what must wait for its commit. */
  readonly joined?: { readonly ops: StorageOps; readonly effects: Effects };
}

/** What must wait until the change is stored. */
export class Effects {
  readonly #runs: (() => void | Promise<void>)[] = [];

  add(run: () => void | Promise<void>): void {
    this.#runs.push(run);
  }

  async run(): Promise<void> {
    for (const run of this.#runs.splice(0)) await run();
  }
}

interface DoorParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly validator: Validator;
  readonly guard: Guard;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Also checks what handlers return; for tests of operations. */
  readonly checkOutputs: boolean;
}

/** The one way in: validates, authorizes, runs and records every call, whoever makes it. */
export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  async call(actor: Actor, name: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    const operation = this.#parts.operations.get(name);
    if (!operation) throw new RmmError('UNKNOWN_OPERATION', `There is no operation named "${name}"`);
    const checked = await this.#admit(actor, operation, input);
    switch (operation.contract.kind) {
      case 'command':
        return this.#command(actor, operation, checked, options);
      case 'query':
        return this.#query(actor, operation, checked, options);
      case 'stream':
        return this.#stream(actor, operation, checked, options);
    }
  }

  async #admit(actor: Actor, operation: Operation, input: unknown): Promise<unknown> {
    const { guard, validator, storage } = this.#parts;
    try {
      await guard.authorize(actor, operation);
    } catch (error) {
      if (operation.contract.kind === 'command' && isRmmError(error, 'FORBIDDEN') && actor.systemId) {
        const data = (ops: StorageOps) => new Data(ops, actor.systemId ?? '');
        await storage.transaction((tx) => guard.record(data(tx), actor, operation, input, 'refused'));
      }
      throw error;
    }
    return validator.check(operation.contract.input, input ?? {}, operation.name);
  }

  async #command(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const { storage, guard } = this.#parts;
    const attempt = async (ops: StorageOps) => {
      const effects = new Effects();
      const context = this.#context(actor, ops, effects, options.signal);
      await this.#assertVisible(context, operation, input);
      const output = await this.#run(context, operation, input);
      if (operation.contract.recorded !== false) {
        await guard.record(context.data, actor, operation, input, 'done');
      }
      return { output, effects };
    };
    if (options.joined) {
      const { output, effects } = await attempt(options.joined.ops);
      options.joined.effects.add(() => effects.run());
      return output;
    }
    const { output, effects } = await storage.transaction(attempt);
    await effects.run();
    return output;
  }

  async #query(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const ops = options.joined?.ops ?? this.#parts.storage;
    const context = this.#context(actor, ops, new Effects(), options.signal);
    await this.#assertVisible(context, operation, input);
    return this.#run(context, operation, input);
  }

  async #stream(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const context = this.#context(actor, this.#parts.storage, new Effects(), options.signal);
    await this.#assertVisible(context, operation, input);
    return operation.handler(context, input as never);
  }

  async #run(context: OperationContext, operation: Operation, input: unknown): Promise<unknown> {
    const output = await operation.handler(context, input as never);
    if (this.#parts.checkOutputs) {
      const issues = this.#parts.validator.issues(operation.contract.output, output);
      if (issues.length > 0) {
        throw new RmmError('INTERNAL', `The output of ${operation.name} does not fit its schema`, {
          details: { issues },
        });
      }
    }
    return output;
  }

  async #assertVisible(context: OperationContext, operation: Operation, input: unknown): Promise<void> {
    const touches = operation.contract.touches?.(input as never);
    if (touches) await this.#parts.guard.assertVisible(context.data, context.actor, touches);
  }

  #context(actor: Actor, ops: StorageOps, effects: Effects, signal: AbortSignal | undefined): OperationContext {
    const systemId = actor.systemId ?? '';
    const { clock, events } = this.#parts;
    return {
      actor,
      systemId,
      now: clock.now(),
      data: new Data(ops, systemId),
      signal: signal ?? new AbortController().signal,
      emit: <Name extends RmmEventName>(name: Name, payload: Omit<RmmEvents[Name], 'systemId'>) =>
        effects.add(() => events.emit(name, { systemId, ...payload } as unknown as RmmEvents[Name])),
      afterCommit: (run) => effects.add(run),
    };
  }
}
