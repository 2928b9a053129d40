import { createHash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';
import { provenBy } from '../agent/agent-proof.js';

/** What stands before the first entry. */
export const GENESIS = '0'.repeat(64);

/** An entry as the chain protects it: everything but its own place and hash. Times are ISO 8601. */
export type ChainContent = Readonly<Record<string, unknown>>;

/** The signed end of a chain. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
  /** When it was signed, ISO 8601. */
  readonly at: string;
  readonly signature: string;
}

/** An entry that somebody remembers: its place and hash. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

export interface ChainFault {
  /** The entry where it shows. */
  readonly sequence: number;
  readonly reason: string;
}

/** SHA-256 over the hash of the entry before and the canonical JSON of this one, hex. */
export function chainHash(previous: string, content: ChainContent): string {
  return createHash('sha256').update(previous).update(canonicalJson(content)).digest('hex');
}

/** What the System's key signs of a head. */
export const headLines = ({ sequence, hash, at }: Omit<ChainHead, 'signature'>): readonly string[] => [
  String(sequence),
  hash,
  at,
];

const BEGIN: ChainPlace = { sequence: 0, hash: GENESIS };

/** Checks a chain entry by entry, in constant memory. The first fault found is the one told. */
export class ChainCheck {
  /** So many entries were taken and fit. */
  entries = 0;
  fault: ChainFault | undefined;
  readonly #anchor: ChainPlace | undefined;
  #sequence: number;
  #hash: string;

  /** @param after the entry before the first one; `anchor`: an entry that the chain must hold */
  constructor({
    after = BEGIN,
    anchor,
  }: { readonly after?: ChainPlace; readonly anchor?: ChainPlace | undefined } = {}) {
    this.#anchor = anchor;
    this.#sequence = after.sequence;
    this.#hash = after.hash;
  }

  /** The last entry that fitted. */
  get last(): ChainPlace {
    return { sequence: this.#sequence, hash: this.#hash };
  }

  /** Takes the next entry. @returns whether the chain holds so far */
  add(content: ChainContent, sequence: unknown, hash: unknown): boolean {
    if (this.fault) return false;
    const expected = this.#sequence + 1;
    if (sequence !== expected) {
      return this.#fail(expected, `the entry is missing; the next one is ${String(sequence)}`);
    }
    if (chainHash(this.#hash, content) !== hash) {
      return this.#fail(expected, 'the entry, or one before it, is not the one that was sealed');
    }
    if (this.#anchor?.sequence === expected && this.#anchor.hash !== hash) {
      return this.#fail(expected, 'the entry is another one than was sealed here before; the log was written anew');
    }
    this.#sequence = expected;
    this.#hash = hash;
    this.entries += 1;
    return true;
  }

  /** Holds the end of the chain against its signed head. @returns whether the chain is whole */
  end(head: ChainHead | undefined, publicKey: string): boolean {
    if (this.fault) return false;
    if (this.#anchor && this.#anchor.sequence > this.#sequence) {
      return this.#fail(this.#sequence + 1, `the entry is missing; the log once went up to ${this.#anchor.sequence}`);
    }
    if (!head) return this.#sequence === 0 || this.#fail(this.#sequence, 'the signed end of the log is missing');
    const plain = Buffer.from(head.signature, 'base64url').toString('base64url') === head.signature;
    if (!plain || !provenBy(publicKey, 'activity', headLines(head), head.signature)) {
      return this.#fail(head.sequence, 'the end of the log is not signed by the key of the System');
    }
    if (head.sequence > this.#sequence) {
      return this.#fail(this.#sequence + 1, `the entry is missing; the log was sealed up to ${head.sequence}`);
    }
    if (head.sequence < this.#sequence) {
      return this.#fail(head.sequence + 1, 'the entry lies behind the signed end of the log');
    }
    return head.hash === this.#hash || this.#fail(head.sequence, 'the entry is not the one that was signed');
  }

  #fail(sequence: number, reason: string): false {
    this.fault = { sequence, reason };
    return false;
  }
}
