import type { OperationContract } from '../operation/contract.js';
import type { Actor } from './actor.js';
import type { Authenticator } from './authenticator.js';
import type { Clock } from './clock.js';
import type { Logger } from './logger.js';

/** What adapters that carry calls (HTTP, a message bus, a command line) see of the server: the one door. */
export interface OperationHost {
  /** Every operation by its full name, `devices.move`; plugins' included. */
  readonly operations: ReadonlyMap<string, OperationContract>;
  /**
   * Runs an operation: validates, authorizes, runs, records. Resolves to the output; for a `stream` to an
   * `AsyncIterable` of outputs. `input` may be anything; it is checked.
   * @throws RmmError
   */
  call(actor: Actor, name: string, input: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  readonly authenticator: Authenticator | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 32 secret bytes for one purpose, the same at every start. */
  secret(purpose: string): Uint8Array;
}
