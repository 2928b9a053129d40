import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';
import type { RmmEventName, RmmEvents } from '../event/rmm-events.js';
import type { Actor } from '../port/actor.js';
import type { FeatureContract, OperationContract, Touches } from './contract.js';

/** What a handler works with. */
export interface OperationContext {
  readonly actor: Actor;
  /** What the actor sees and may do, as it was when the call was let in. */
  readonly access: Access;
  /** The System in which the operation runs; empty for the host's operations on Systems. */
  readonly systemId: string;
  /** Epoch milliseconds at the start of the operation. */
  readonly now: number;
  /** The System's rows; in a command, part of its transaction. */
  readonly data: Data;
  readonly signal: AbortSignal;
  /**
   * Tells of ids by kind, which the handler found in the input and `touches` could not: who does not see them does not
   * see the entry in the activity log.
   */
  names(touches: Touches): void;
  /** Tells an event once the change is stored. `systemId` is filled in. */
  emit<Name extends RmmEventName>(name: Name, payload: Omit<RmmEvents[Name], 'systemId'>): void;
  /** Runs once the change is stored, before the caller gets the result. A fault of it is logged, not told. */
  afterCommit(run: () => void | Promise<void>): void;
}

/** A command that also acts outside of storage, where no transaction reaches; made by {@link staged}. */
export interface StagedHandler<Input, Output> {
  /** Runs before the transaction, and only once. */
  prepare(context: OperationContext, input: Input): Promise<unknown>;
  run(context: OperationContext, input: Input, prepared: unknown): Promise<Output>;
  undo?(prepared: unknown): Promise<void>;
  act?(context: OperationContext, input: Input, prepared: unknown): Promise<void>;
  /** Whether the call acts where no transaction reaches: then it cannot be part of one of the host's. */
  actsOutside(input: Input): boolean;
}

/**
 * Declares such a command. `prepare` finds out, outside of the transaction, what `run` needs, which works in it;
 * `prepare` may read rows and must not write any. Where the command acts outside of storage, two ways are open:
 *
 * - `prepare` acts, and `undo` takes it back if the transaction fails: for what `run` must know the outcome of.
 * - `act` acts, after the change and its entry in the activity log are stored. If it fails, so does the call, and the log
 *   gets another entry that says so. For what cannot be taken back.
 *
 * With `undo` or `act` a call counts as acting outside, unless `actsOutside` says otherwise of its input, and is refused
 * in a transaction of the host's, which may yet roll back.
 */
export function staged<Input, Output, Prepared>(stages: {
  prepare(context: OperationContext, input: Input): Promise<Prepared>;
  run(context: OperationContext, input: Input, prepared: Prepared): Promise<Output>;
  undo?(prepared: Prepared): Promise<void>;
  act?(context: OperationContext, input: Input, prepared: Prepared): Promise<void>;
  actsOutside?(input: Input): boolean;
}): StagedHandler<Input, Output> {
  const { prepare, run, undo, act, actsOutside = () => undo !== undefined || act !== undefined } = stages;
  return {
    prepare,
    run: (context, input, prepared) => run(context, input, prepared as Prepared),
    ...(undo && { undo: (prepared: unknown) => undo(prepared as Prepared) }),
    ...(act && { act: (context, input, prepared) => act(context, input, prepared as Prepared) }),
    actsOutside,
  };
}

export type Handler<Contract extends OperationContract> =
  Contract extends OperationContract<infer Input, infer Output, infer Kind>
    ?
        | ((
            context: OperationContext,
            input: Static<Input>,
          ) => Kind extends 'stream' ? AsyncIterable<Static<Output>> : Promise<Static<Output>>)
        | (Kind extends 'command' ? StagedHandler<Static<Input>, Static<Output>> : never)
    : never;

export type Handlers<Feature extends FeatureContract> = {
  readonly [Name in keyof Feature]: Handler<Feature[Name]>;
};

/** An operation ready to run. */
export interface Operation {
  /** `feature.verb` */
  readonly name: string;
  readonly contract: OperationContract;
  readonly handler: ((context: OperationContext, input: never) => unknown) | StagedHandler<never, unknown>;
}

/** Joins a feature's contracts with their handlers. */
export function implement<Feature extends FeatureContract>(
  feature: string,
  contracts: Feature,
  handlers: Handlers<Feature>,
): readonly Operation[] {
  return Object.entries(contracts).map(([verb, contract]) => ({
    name: `${feature}.${verb}`,
    contract,
    handler: handlers[verb] as Operation['handler'],
  }));
}
