import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { StorageOps } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { GuardedOps, TransactionState } from './guarded-ops.js';

/**
 * Watches over the `work` of transactions: no transaction within a transaction (it would wait for itself), no operation
 * after the end, no commit after a failure, no work that never ends.
 */
export class TransactionGuard {
  readonly #current = new AsyncLocalStorage<TransactionState>();

  constructor(private readonly timeoutMs: number) {}

  /** @throws RmmError `INTERNAL` when called from inside a transaction that is still under way. */
  refuseNested(): void {
    const state = this.#current.getStore();
    if (state === undefined || state.ended) return;
    throw new RmmError(
      'INTERNAL',
      'The storage was written to from inside one of its transactions, which would wait for itself: use the `tx` that the work was given.',
    );
  }

  /** Makes `work` run in the caller's asynchronous context, whoever starts it and whenever. */
  bind<R>(work: (tx: StorageOps) => Promise<R>): (ops: StorageOps) => Promise<R> {
    const caller = new AsyncResource('RmmTransaction');
    return (ops) =>
      this.#run(ops, (tx, state) => caller.runInAsyncScope(() => this.#current.run(state, () => work(tx))));
  }

  #run<R>(ops: StorageOps, work: (tx: StorageOps, state: TransactionState) => Promise<R>): Promise<R> {
    const state = new TransactionState();
    return new Promise<R>((resolve, reject) => {
      const end = (settle: () => void) => {
        if (state.ended) return;
        state.ended = true;
        clearTimeout(timer);
        settle();
      };
      const timer = setTimeout(() => end(() => reject(tooSlow(this.timeoutMs))), this.timeoutMs);
      const succeed = (result: R) =>
        end(() => {
          const fault = state.fault();
          if (fault === undefined) resolve(result);
          else reject(fault);
        });
      const fail = (error: unknown) => end(() => reject(error));
      try {
        // At once, not a few turns later: what is then still pending was not awaited.
        Promise.resolve(work(new GuardedOps(ops, state), state)).then(succeed, fail);
      } catch (error) {
        fail(error);
      }
    });
  }
}

function tooSlow(ms: number): RmmError {
  return new RmmError(
    'STORAGE_BUSY',
    `A transaction did not finish within ${ms} ms and was rolled back, since others wait for it. Do nothing slow inside a transaction.`,
    { details: { timeoutMs: ms } },
  );
}
