import { RmmError } from '@rmm/protocol';

/** Where a page ended: opaque to callers. */
export function encodeCursor(after: object): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

/** @throws RmmError `INVALID_INPUT` */
export function decodeCursor<R extends object>(cursor: string | undefined): Partial<R> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const after: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof after === 'object' && after !== null && !Array.isArray(after)) return after as Partial<R>;
  } catch {
    // Falls through to the one error below.
  }
  throw new RmmError('INVALID_INPUT', 'cursor is not one that a list returned; leave it out to begin at the start');
}

/** Splits what was found with `limit + 1` into the page and the cursor of the next, null at the end. */
export function pageOf<R extends { readonly id: string }>(
  found: readonly R[],
  limit: number,
): { rows: readonly R[]; cursor: string | null } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, cursor: found.length > limit && last ? encodeCursor({ id: last.id }) : null };
}
