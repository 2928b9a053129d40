import type { Scalar, Where } from '../storage/storage.js';

/** Values to match by field: one value, or any of several. */
export type Match<R> = { readonly [Field in keyof R]?: R[Field] | readonly R[Field][] };

/**
 * `{ state: 'active', id: ['a', 'b'] }` → all fields equal to, or one of, the given values. A field that is there but
 * undefined is a mistake: left out, it would match every row.
 */
export function match<R extends object>(fields: Match<R>): Where {
  const all = Object.entries(fields).map(([field, value]: [string, unknown]) => {
    if (value === undefined)
      throw new TypeError(`The field ${field} to match is undefined; leave it out, or name a value`);
    return Array.isArray(value)
      ? ({ field, op: 'in', value: value as readonly Scalar[] } as const)
      : ({ field, op: 'eq', value: value as Scalar } as const);
  });
  return all.length === 1 && all[0] ? all[0] : { all };
}

export const and = (...all: readonly Where[]): Where => ({ all });
