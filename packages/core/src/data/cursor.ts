import { RmmError } from '@rmm/protocol';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Where a page ended: opaque to callers. Lists that grow at one end are paged by id. */
export function encodeCursor(id: string): string {
  return Buffer.from(JSON.stringify({ id })).toString('base64url');
}

/** @throws RmmError `INVALID_INPUT` */
export function decodeCursor(cursor: string | undefined): { readonly id: string } | undefined {
  if (cursor === undefined) return undefined;
  try {
    const after: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const id = typeof after === 'object' && after !== null && 'id' in after ? after.id : undefined;
    if (typeof id === 'string' && ID.test(id)) return { id };
  } catch {
    // Falls through to the one error below.
  }
  const message = 'is not one that a list returned; leave it out to begin at the start';
  throw new RmmError('INVALID_INPUT', `cursor ${message}`, { details: { issues: [{ path: '/cursor', message }] } });
}

/** Splits what was found with `limit + 1` into the page and the cursor of the next, null at the end. */
export function pageOf<R extends { readonly id: string }>(
  found: readonly R[],
  limit: number,
): { rows: readonly R[]; cursor: string | null } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, cursor: found.length > limit && last ? encodeCursor(last.id) : null };
}
