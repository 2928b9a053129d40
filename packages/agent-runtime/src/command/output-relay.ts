import type { OutputStream } from '@rmm/component-sdk/runner';
import type { AgentFrame } from '@rmm/protocol';

/** Between two pieces of one script's output, milliseconds. */
const PERIOD_MS = 300;
/** Characters of a stream that wait; older ones are dropped, the offset tells. */
const PENDING = 32 * 1024;

/** Passes a running script's output on for watching: often enough to look live, seldom enough to cost nothing. */
export class OutputRelay {
  readonly #id: string;
  readonly #send: (frame: AgentFrame) => boolean;
  readonly #pending = new Map<OutputStream, { text: string; offset: number }>();
  #timer: NodeJS.Timeout | undefined;

  /** @param send - false when the frame could not be sent; it is not sent again */
  constructor(id: string, send: (frame: AgentFrame) => boolean) {
    this.#id = id;
    this.#send = send;
  }

  push(stream: OutputStream, text: string, offset: number): void {
    const piece = this.#pending.get(stream) ?? { text: '', offset };
    const joined = piece.text + text;
    const dropped = Math.max(0, joined.length - PENDING);
    this.#pending.set(stream, { text: joined.slice(dropped), offset: piece.offset + dropped });
    this.#timer ??= setTimeout(() => this.#flush(), PERIOD_MS);
  }

  /** Sends no more: the whole output comes with the result. */
  end(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [stream, { text, offset }] of this.#pending) {
      this.#send({ kind: 'output', id: this.#id, stream, offset, text });
    }
    this.#pending.clear();
  }
}
