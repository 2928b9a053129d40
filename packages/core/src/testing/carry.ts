/**
 * Carries one thing (a frame, or the news of an end) from one side to the other by calling `arrive`: never, once or
 * several times, now or later. Where a test wants order kept, keeping it is up to its `carry`.
 */
export type Carry = (arrive: () => void, from: 'agent' | 'server', link: { readonly id: string }) => void;

/** Everything arrives, once, in order, in a later turn. */
export const inOrder: Carry = (arrive) => queueMicrotask(arrive);
