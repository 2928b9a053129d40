import { isRmmError, RmmError } from '@rmm/protocol';
import type { Access } from '../access/access.js';
import { bothNamed, type NamedThings, NOTHING_NAMED } from '../access/named-things.js';
import type { RecordedCall } from '../access/record-activity.js';
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
import { LateRecords } from './late-records.js';
import type { Operation, OperationContext } from './operation.js';
import type { Validator } from './validator.js';

/** What the door asks of the access feature. */
export interface Guard {
  /** @throws RmmError `UNAUTHENTICATED`, `FORBIDDEN` */
  authorize(actor: Actor, operation: Operation): Promise<void>;
  /** What an actor sees and may do; only after {@link authorize} let this very object in. */
  accessOf(actor: Actor): Access;
  /** @throws RmmError `NOT_FOUND` for the first id that does not exist or that the actor may not see. */
  assertVisible(data: Data, access: Access, touches: Touches): Promise<void>;
  /** What the activity log keeps of the things that a call names, as they are now. */
  named(data: Data, touches: Touches): Promise<NamedThings>;
  /** Writes the activity log. */
  record(data: Data, call: RecordedCall): Promise<void>;
  /** An entry of the activity log is stored. */
  recorded(systemId: string): void;
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
  readonly #late: LateRecords;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#late = new LateRecords(parts);
  }

  /** Resolves when what was recorded about calls apart from their transactions is stored, or waits for another try. */
  recorded(): Promise<void> {
    return this.#late.settled();
  }

  /** Stores what is left to record. */
  stop(): Promise<void> {
    return this.#late.stop();
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

  /**
   * The refusal stands, recorded or not. It is no part of the transaction of the host, who mostly rolls that back on a
   * refusal.
   */
  async #recordRefusal(actor: Actor, operation: Operation, input: unknown, { joined }: CallOptions): Promise<void> {
    const { systemId } = actor;
    if (systemId === undefined) return;
    const at = this.#parts.clock.now();
    const entry = { actor, operation, input, outcome: 'refused', deviceIds: [], named: NOTHING_NAMED, at } as const;
    const store = () => this.#store(systemId, entry);
    if (joined) this.#late.soon(store);
    else await this.#late.now(store);
  }

  async #command(actor: Actor, operation: Operation, input: unknown, options: CallOptions): Promise<unknown> {
    const { storage } = this.#parts;
    const { handler } = operation;
    if (typeof handler === 'function') return (await this.#commit(actor, operation, input, options, undefined)).output;
    if (options.joined && handler.actsOutside(input as never)) throw notJoinable(operation);
    const context = this.#context(
      actor,
      options.joined?.ops ?? storage,
      new Effects(this.#parts.logger),
      options.signal,
    );
    await this.#assertVisible(context, operation, input);
    const prepared = await handler.prepare(context, input as never);
    const { output, entry } = await this.#commit(actor, operation, input, options, prepared).catch(async (error) => {
      await handler.undo?.(prepared).catch((fault: unknown) => {
        this.#parts.logger.error('What a failed command had done outside could not be taken back', {
          operation: operation.name,
          error: String(fault),
        });
      });
      throw error;
    });
    try {
      await handler.act?.(context, input as never, prepared);
    } catch (error) {
      if (entry) await this.#late.now(() => this.#store(context.systemId, { ...entry, outcome: 'failed' }));
      throw error;
    }
    return output;
  }

  async #commit(
    actor: Actor,
    operation: Operation,
    input: unknown,
    { joined, signal }: CallOptions,
    prepared: unknown,
  ): Promise<{ readonly output: unknown; readonly entry?: RecordedCall }> {
    const { storage, guard, logger } = this.#parts;
    const attempt = async (ops: StorageOps) => {
      const effects = new Effects(logger);
      const found: Touches[] = [];
      const context = this.#context(actor, ops, effects, signal, found);
      const touches = await this.#assertVisible(context, operation, input);
      const run = () => this.#run(context, operation, input, prepared);
      if (operation.contract.recorded === false) return { output: await run(), effects };
      const { data } = context;
      let named = await guard.named(data, touches);
      const output = await run();
      const made = operation.contract.made?.(output) ?? {};
      for (const some of [touches, made, ...found]) named = bothNamed(named, await guard.named(data, some));
      const { devices: deviceIds = [] } = touches;
      const entry: RecordedCall = { actor, operation, input, outcome: 'done', deviceIds, named };
      await guard.record(data, entry);
      effects.add(() => guard.recorded(context.systemId));
      return { output, effects, entry };
    };
    if (joined) {
      const { effects, ...done } = await attempt(joined.ops);
      joined.effects.add(() => effects.run());
      return done;
    }
    const { effects, ...done } = await storage.transaction(attempt);
    await effects.run();
    return done;
  }

  /** Writes an entry of the log in a transaction of its own. */
  async #store(systemId: string, entry: RecordedCall): Promise<void> {
    const { storage, guard } = this.#parts;
    await storage.transaction((ops) => guard.record(new Data(ops, systemId), entry));
    guard.recorded(systemId);
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

  async #assertVisible(context: OperationContext, operation: Operation, input: unknown): Promise<Touches> {
    const touches = operation.contract.touches?.(input as never) ?? {};
    await this.#parts.guard.assertVisible(context.data, context.access, touches);
    return touches;
  }

  #context(
    actor: Actor,
    ops: StorageOps,
    effects: Effects,
    signal: AbortSignal | undefined,
    found: Touches[] = [],
  ): OperationContext {
    const systemId = actor.systemId ?? '';
    const { clock, events, guard } = this.#parts;
    return {
      actor,
      access: guard.accessOf(actor),
      systemId,
      now: clock.now(),
      data: new Data(ops, systemId),
      signal: signal ?? NEVER,
      names: (touches) => void found.push(touches),
      emit: <Name extends RmmEventName>(name: Name, payload: Omit<RmmEvents[Name], 'systemId'>) =>
        effects.add(() => events.emit(name, { systemId, ...payload } as unknown as RmmEvents[Name])),
      afterCommit: (run) => effects.add(run),
    };
  }
}

function notJoinable({ name }: Operation): RmmError {
  return new RmmError(
    'NOT_JOINABLE',
    `${name} acts outside of storage, which a rollback would not take back; call it outside of the transaction`,
  );
}

function handle({ handler }: Operation, context: OperationContext, input: unknown, prepared: unknown): unknown {
  if (typeof handler === 'function') return handler(context, input as never);
  return handler.run(context, input as never, prepared);
}
