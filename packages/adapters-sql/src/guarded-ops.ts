import type { FindOptions, Order, Row, StorageOps, Where } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';

/** How far a transaction's work has come. */
export class TransactionState {
  ended = false;
  pending = 0;
  failure: unknown;

  /** Why the transaction must not commit, although its work returned. */
  fault(): unknown {
    if (this.failure !== undefined) return this.failure;
    if (this.pending === 0) return undefined;
    return new RmmError(
      'INTERNAL',
      'A transaction ended before one of its operations: `await` every operation of `tx`.',
    );
  }
}

/**
 * What `work` gets to see of a transaction. Once an operation failed, the transaction is lost even if `work` caught the
 * error: databases differ in what would be left of it.
 */
export class GuardedOps implements StorageOps {
  constructor(
    private readonly ops: StorageOps,
    private readonly state: TransactionState,
  ) {}

  insert(model: string, rows: readonly Row[]): Promise<void> {
    return this.#call(() => this.ops.insert(model, rows));
  }

  put(model: string, rows: readonly Row[]): Promise<void> {
    return this.#call(() => this.ops.put(model, rows));
  }

  find(model: string, options?: FindOptions): Promise<readonly Row[]> {
    return this.#call(() => this.ops.find(model, options));
  }

  count(model: string, where?: Where): Promise<number> {
    return this.#call(() => this.ops.count(model, where));
  }

  update(model: string, where: Where, set: Row): Promise<number> {
    return this.#call(() => this.ops.update(model, where, set));
  }

  remove(model: string, where: Where): Promise<number> {
    return this.#call(() => this.ops.remove(model, where));
  }

  claim(
    model: string,
    where: Where,
    set: Row,
    options: { limit: number; order?: readonly Order[] },
  ): Promise<readonly Row[]> {
    return this.#call(() => this.ops.claim(model, where, set, options));
  }

  async #call<R>(operation: () => Promise<R>): Promise<R> {
    const { state } = this;
    if (state.ended) {
      throw new RmmError(
        'INTERNAL',
        'A transaction was used after its end: `await` every operation of `tx` inside its work.',
      );
    }
    if (state.failure !== undefined) throw state.failure;
    state.pending++;
    try {
      return await operation();
    } catch (error) {
      state.failure ??= error;
      throw error;
    } finally {
      state.pending--;
    }
  }
}
