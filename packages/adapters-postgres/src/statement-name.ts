import type { SqlQuery } from '@rmm/adapters-sql';

/** Preparing pays from the second use on; every connection keeps what it prepared, so their number is bounded. */
const MIN_USES = 3;
const MAX_NAMES = 500;

const uses = new WeakMap<SqlQuery, { count: number; name?: string }>();
/** Names are unique in the process: connections may be shared by several storages. */
let names = 0;

/** The name under which a statement is prepared, once it proved to be a frequent one. */
export function statementName(query: SqlQuery): string | undefined {
  let use = uses.get(query);
  if (use === undefined) {
    use = { count: 0 };
    uses.set(query, use);
  }
  if (use.name === undefined && ++use.count >= MIN_USES && names < MAX_NAMES) use.name = `rmm_${++names}`;
  return use.name;
}
