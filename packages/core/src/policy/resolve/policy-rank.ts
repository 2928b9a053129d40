import type { PolicyLevel } from '../policy-type.js';

/** What decides which of two policies comes first. */
export interface Ranked {
  readonly id: string;
  readonly level: PolicyLevel;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly terms: { readonly enforced: boolean; readonly order: number };
}

/** Why the setting of one policy counts and not that of another. */
export type Precedence = 'enforced above' | 'lower level wins' | 'order' | 'older policy';

const DEPTH: Readonly<Record<PolicyLevel, number>> = { system: 0, profile: 1, device: 2 };

/**
 * The order in which policies decide. Enforced ones come first, those of higher levels before those of lower ones; then
 * the others, lower levels first. Within a level the lower `order` comes first, then the older policy.
 */
export function byRank(a: Ranked, b: Ranked): number {
  if (a.terms.enforced !== b.terms.enforced) return a.terms.enforced ? -1 : 1;
  const depth = DEPTH[a.level] - DEPTH[b.level];
  if (depth !== 0) return a.terms.enforced ? depth : -depth;
  return a.terms.order - b.terms.order || a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Why `first` comes before `second`, of which {@link byRank} says so. */
export function whyBefore(first: Ranked, second: Ranked): Precedence {
  const depth = DEPTH[first.level] - DEPTH[second.level];
  if (first.terms.enforced && (second.terms.enforced ? depth !== 0 : depth <= 0)) return 'enforced above';
  if (depth !== 0) return 'lower level wins';
  return first.terms.order === second.terms.order ? 'older policy' : 'order';
}
