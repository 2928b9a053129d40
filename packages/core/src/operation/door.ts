import { isRmmError, RmmError } from '@rmm/protocol';
import { Data } from '../data/data.js';
import type { EventHub } from '../event/event-hub.js';
import type { RmmEventName, RmmEvents } from '../event/rmm-events.js';
import type { Actor } from '../port/actor.js';
import type { Clock } from '../port/clock.js';
import type { Logger } from '../port/logger.js';
import type { Storage, StorageOps } from '../storage/storage.js';
import { assertActor } from './assert-actor.js';
import type { Touches } from './contract.js';
import { Effects } from './effects.js';
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

interface DoorParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: EventHub;
  readonly validator: Validator;
  readonly guard: Guard;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Also checks what handlers return; for tests of operations. */
  readonly checkOutputs: boolean;
}

/** For calls that nobody can call off. Listeners would pile up on it: only streams listen, and each has its own. */
const NEVER = new AbortController().signal;

/** The one way in: validates, authorizes, runs and records every call, whoever makes it. */
export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  async call(caller: Actor, name: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    assertActor(caller);
    // An object of this call alone, to which the guard can tie what it found out.
    const actor: Actor = { ...caller };
    const operation = this.#parts.operations.get(name);
    if (!operation) throw new RmmError('UNKNOWN_OPERATION', `There is no operation named "${name}"`);
    const run = async () => {
      await this.#parts.guard.authorize(actor, operation);
      const checked = this.#validated(operation, input ?? {});
      switch (operation.contract.kind) {
        case 'command':
          return this.#command(actor, operation, checked, options);
        case 'query':
          return this.#query(actor, operation, checked, options);
        case 'stream':
          return this.#stream(actor, operation, checked, options);
      }
    };
    try {
      return await run();
    } catch (error) {
      if (operation.contract.kind === 'command' && isRmmError(error, 'FORBIDDEN')) {
        await this.#recordRefusal(actor, operation, input, options);
      }
      throw error;
    }
  }

  #validated({ contract, name }: Operation, input: unknown): unknown {
    const { validator } = this.#parts;
    // A result must not be lost for a character in it: what agents tell is made storable where it is stored.
    if (contract.requires === 'agent') return validator.check(contract.input, input, name);
    return validator.checkInput(contract.input, input, name);
  }

  /** The refusal stands, recorded or not. */
  async #recordRefusal(actor: Actor, operation: Operation, input: unknown, { joined }: CallOptions): Promise<void> {
    const { systemId } = actor;
    if (systemId === undefined) return;
    const { storage, guard, logger } = this.#parts;
    const record = (ops: StorageOps) => guard.record(new Data(ops, systemId), actor, operation, input, 'refused');
    try {
      // The host's open transaction may hold the lock that another one would wait for.
      await (joined ? record(joined.ops) : storage.transaction(record));
    } catch (error) {
      logger.error('A refused command could not be recorded', { operation: operation.name, error: String(error) });
    }
  }

  async #command(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const { storage } = this.#parts;
    const { handler } = operation;
    if (typeof handler === 'function') return this.#commit(actor, operation, input, options, undefined);
    const context = this.#context(
      actor,
      options.joined?.ops ?? storage,
      new Effects(this.#parts.logger),
      options.signal,
    );
    await this.#assertVisible(context, operation, input);
    const prepared = await handler.prepare(context, input as never);
    try {
      return await this.#commit(actor, operation, input, options, prepared);
    } catch (error) {
      await handler.undo?.(prepared).catch((fault: unknown) => {
        this.#parts.logger.error('What a failed command had done outside could not be taken back', {
          operation: operation.name,
          error: String(fault),
        });
      });
      throw error;
    }
  }

  async #commit(
    actor: Actor,
    operation: Operation,
    input: unknown,
    { joined, signal }: CallOptions,
    prepared: unknown,
  ): Promise<unknown> {
    const { storage, guard, logger } = this.#parts;
    const attempt = async (ops: StorageOps) => {
      const effects = new Effects(logger);
      const context = this.#context(actor, ops, effects, signal);
      await this.#assertVisible(context, operation, input);
      const output = await this.#run(context, operation, input, prepared);
      if (operation.contract.recorded !== false) {
        await guard.record(context.data, actor, operation, input, 'done');
      }
      return { output, effects };
    };
    if (joined) {
      const { output, effects } = await attempt(joined.ops);
      joined.effects.add(() => effects.run());
      return output;
    }
    const { output, effects } = await storage.transaction(attempt);
    await effects.run();
    return output;
  }

  async #query(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const ops = options.joined?.ops ?? this.#parts.storage;
    const context = this.#context(actor, ops, new Effects(this.#parts.logger), options.signal);
    await this.#assertVisible(context, operation, input);
    return this.#run(context, operation, input);
  }

  async #stream(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const effects = new Effects(this.#parts.logger);
    const signal = options.signal ?? new AbortController().signal;
    const context = this.#context(actor, this.#parts.storage, effects, signal);
    await this.#assertVisible(context, operation, input);
    return handle(operation, context, input, undefined);
  }

  async #run(context: OperationContext, operation: Operation, input: unknown, prepared?: unknown): Promise<unknown> {
    const output = await handle(operation, context, input, prepared);
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
      signal: signal ?? NEVER,
      emit: <Name extends RmmEventName>(name: Name, payload: Omit<RmmEvents[Name], 'systemId'>) =>
        effects.add(() => events.emit(name, { systemId, ...payload } as unknown as RmmEvents[Name])),
      afterCommit: (run) => effects.add(run),
    };
  }
}

function handle({ handler }: Operation, context: OperationContext, input: unknown, prepared: unknown): unknown {
  if (typeof handler === 'function') return handler(context, input as never);
  return handler.run(context, input as never, prepared);
}
