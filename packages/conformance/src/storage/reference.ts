import type { Comparison, ModelDef, Order, Row, Scalar, Where } from '@rmm/core/ports';

type Values = Scalar | readonly Scalar[];

/** The order of text by code point. */
function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The order of two values of a field; null is less than every other. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

function compares(found: unknown, { op, value }: Comparison): boolean {
  const list: Values = value;
  switch (op) {
    case 'eq':
      return found === value;
    case 'ne':
      return found !== value;
    case 'in':
      return Array.isArray(list) && list.includes(found);
    case 'prefix':
      return typeof found === 'string' && typeof value === 'string' && found.startsWith(value);
  }
  if (found === null || value === null) return false;
  const order = compareValues(found, value);
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[op];
}

/** What the port says a `Where` means, in as few words as possible. */
export function matches(row: Row, where: Where): boolean {
  if ('field' in where) return compares(row[where.field] ?? null, where);
  if ('all' in where) return where.all.every((part) => matches(row, part));
  if ('any' in where) return where.any.some((part) => matches(row, part));
  return !matches(row, where.not);
}

/** Rows in the order asked for, ties by key. */
export function sorted(rows: readonly Row[], order: readonly Order[], model: ModelDef): Row[] {
  const total: readonly Order[] = [...order, ...model.key.map((field) => ({ field }))];
  return [...rows].sort((a, b) => {
    for (const { field, dir } of total) {
      const compared = compareValues(a[field] ?? null, b[field] ?? null);
      if (compared !== 0) return dir === 'desc' ? -compared : compared;
    }
    return 0;
  });
}
