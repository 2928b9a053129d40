import type { Row, Scalar, Where } from '@rmm/core/ports';
import type { CleanedWhere } from 'better-auth/adapters';

/** Which rows Better Auth means: what the storage can look for itself, and a test for what it cannot. */
export interface RowFilter {
  readonly where: Where;
  /** Absent when `where` says it all. */
  readonly matches?: (row: Row) => boolean;
}

/**
 * Reads Better Auth's flat list of clauses: all of those joined by AND hold, and at least one of those joined by OR.
 * Substrings, endings and comparisons without regard to case are beyond the storage port; they are tested row by row.
 */
export function rowFilter(clauses: readonly CleanedWhere[] = []): RowFilter {
  const needed = clauses.filter(({ connector }) => connector !== 'OR');
  const either = clauses.filter(({ connector }) => connector === 'OR');
  const all: Where[] = [];
  let exact = true;
  for (const clause of needed) {
    const part = toWhere(clause);
    if (part) all.push(part);
    else exact = false;
  }
  if (either.length > 0) {
    const any = either.map(toWhere);
    if (any.every((part) => part !== undefined)) all.push({ any });
    else exact = false;
  }
  const where = { all };
  if (exact) return { where };
  return {
    where,
    matches: (row) =>
      needed.every((clause) => holds(row, clause)) &&
      (either.length === 0 || either.some((clause) => holds(row, clause))),
  };
}

type Ordering = 'lt' | 'lte' | 'gt' | 'gte';

/** Undefined when the storage has no such comparison. */
function toWhere({ field, operator = 'eq', value, mode }: CleanedWhere): Where | undefined {
  if (mode === 'insensitive' && hasText(value)) return undefined;
  switch (operator) {
    case 'in':
      return { field, op: 'in', value: scalars(value) };
    case 'not_in':
      return { not: { field, op: 'in', value: scalars(value) } };
    case 'starts_with':
      return { field, op: 'prefix', value: String(value) };
    case 'contains':
    case 'ends_with':
      return undefined;
    case 'eq':
    case 'ne':
      return { field, op: operator, value: scalar(value) };
    default:
      return value === null ? { any: [] } : { field, op: operator, value: scalar(value) };
  }
}

function holds(row: Row, { field, operator = 'eq', value, mode }: CleanedWhere): boolean {
  const fold = (part: unknown) => (mode === 'insensitive' && typeof part === 'string' ? part.toLowerCase() : part);
  const stored = fold(row[field] ?? null);
  const sought = fold(Array.isArray(value) ? null : scalar(value));
  const text = typeof stored === 'string' ? stored : undefined;
  switch (operator) {
    case 'in':
      return scalars(value).map(fold).includes(stored);
    case 'not_in':
      return !scalars(value).map(fold).includes(stored);
    case 'contains':
      return text?.includes(String(sought)) ?? false;
    case 'starts_with':
      return text?.startsWith(String(sought)) ?? false;
    case 'ends_with':
      return text?.endsWith(String(sought)) ?? false;
    case 'eq':
      return stored === sought;
    case 'ne':
      return stored !== sought;
    default:
      return isOrdered(operator, stored, sought);
  }
}

function isOrdered(operator: Ordering, stored: unknown, sought: unknown): boolean {
  if (typeof stored === 'number' && typeof sought === 'number') return compares(operator, stored - sought);
  if (typeof stored !== 'string' || typeof sought !== 'string') return false;
  return compares(operator, stored < sought ? -1 : stored > sought ? 1 : 0);
}

function compares(operator: Ordering, order: number): boolean {
  if (order === 0) return operator === 'lte' || operator === 'gte';
  return order < 0 === (operator === 'lt' || operator === 'lte');
}

function hasText(value: CleanedWhere['value']): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.some((item) => typeof item === 'string'));
}

const scalar = (value: CleanedWhere['value'] | string | number): Scalar =>
  value instanceof Date ? value.getTime() : Array.isArray(value) ? null : value;
const scalars = (value: CleanedWhere['value']): Scalar[] =>
  Array.isArray(value) ? value.map(scalar) : [scalar(value)];
