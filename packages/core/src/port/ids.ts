/** Makes ids, injected so that simulations replay. */
export interface Ids {
  /** A new id: unique, URL-safe, and sorting by time of making. */
  next(): string;
  /** `bytes` bytes from a cryptographic source (or, in a simulation, from its seed). */
  random(bytes: number): Uint8Array;
}
