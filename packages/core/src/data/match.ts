import type { Scalar, Where } from '../storage/storage.js';

/** Values to match by field: one value, or any of several. */
export type Match<R> = { readonly [Field in keyof R]?: R[Field] | readonly R[Field][] };

/** `{ state: 'active', id: ['a', 'b'] }` → all fields equal to, or one of, the given values. */
export function match<R extends object>(fields: Match<R>): Where {
  const all = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) =>
      Array.isArray(value)
        ? ({ field, op: 'in', value: value as readonly Scalar[] } as const)
        : ({ field, op: 'eq', value: value as Scalar } as const),
    );
  return all.length === 1 && all[0] ? all[0] : { all };
}

export const and = (...all: readonly Where[]): Where => ({ all });
