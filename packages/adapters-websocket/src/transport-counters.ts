import type { ErrorCode } from '@rmm/protocol';

/** What a transport did since it was made; for health pages and tests. */
export class TransportCounters {
  /** Links opened. */
  accepted = 0;
  /** Frames handed in. */
  frames = 0;
  /** Frames not sent because the agent did not take those before. */
  dropped = 0;
  /** Links that fell silent. */
  silent = 0;
  /** Connections and links that the transport itself turned away, by reason. */
  readonly refused = new Map<ErrorCode, number>();

  refuse(code: ErrorCode): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }
}
