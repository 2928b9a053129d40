import type { NumberRange } from './number-ranges.js';
import type { TextPattern } from './text-pattern.js';
import type { VersionOperator } from './version/version-operator.js';
import type { VersionScheme } from './version/version-scheme.js';

/** A question about one value of a field; always false on an empty field. Plain data. */
export type Predicate =
  | { readonly is: 'present' }
  | { readonly is: 'text'; readonly pattern: TextPattern }
  | { readonly is: 'number'; readonly ranges: readonly NumberRange[] }
  /** `older`: at least so many days before now; else: less than that. */
  | { readonly is: 'age'; readonly days: number; readonly older: boolean }
  | { readonly is: 'boolean'; readonly value: boolean }
  | {
      readonly is: 'version';
      readonly operator: VersionOperator;
      readonly than: string;
      readonly scheme: VersionScheme;
    };

export const DAY_MS = 86_400_000;

/** The dates that an age predicate accepts at an instant. */
export function ageRange(predicate: Extract<Predicate, { is: 'age' }>, now: number): NumberRange {
  const turn = now - predicate.days * DAY_MS;
  return predicate.older
    ? { min: Number.NEGATIVE_INFINITY, max: turn }
    : { min: turn, max: Number.POSITIVE_INFINITY, minOpen: true };
}
