import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import type { RmmEventName, RmmEvents } from '../event/rmm-events.js';
import type { Actor } from '../port/actor.js';
import type { FeatureContract, OperationContract } from './contract.js';

/** What a handler works with. */
export interface OperationContext {
  readonly actor: Actor;
  /** The System in which the operation runs; empty for the host's operations on Systems. */
  readonly systemId: string;
  /** Epoch milliseconds at the start of the operation. */
  readonly now: number;
  /** The System's rows; in a command, part of its transaction. */
  readonly data: Data;
  readonly signal: AbortSignal;
  /** Tells an event once the change is stored. `systemId` is filled in. */
  emit<Name extends RmmEventName>(name: Name, payload: Omit<RmmEvents[Name], 'systemId'>): void;
  /** Runs once the change is stored, before the caller gets the result. */
  afterCommit(run: () => void | Promise<void>): void;
}

export type Handler<Contract extends OperationContract> =
  Contract extends OperationContract<infer Input, infer Output, infer Kind>
    ? (
        context: OperationContext,
        input: Static<Input>,
      ) => Kind extends 'stream' ? AsyncIterable<Static<Output>> : Promise<Static<Output>>
    : never;

export type Handlers<Feature extends FeatureContract> = {
  readonly [Name in keyof Feature]: Handler<Feature[Name]>;
};

/** An operation ready to run. */
export interface Operation {
  /** `feature.verb` */
  readonly name: string;
  readonly contract: OperationContract;
  readonly handler: (context: OperationContext, input: never) => unknown;
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
