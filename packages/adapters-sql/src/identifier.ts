import { createHash } from 'node:crypto';

/** Host tables never start like this, ours always do. Names of our own bookkeeping have two underscores. */
const PREFIX = 'rmm_';

export const META_TABLE = 'rmm__meta';
export const BLOB_TABLE = 'rmm__blob';

/** PostgreSQL silently cuts names at 63 bytes; this leaves room for the suffix of an index. */
export const MAX_TABLE_NAME = 48;
export const MAX_COLUMN_NAME = 63;

/** `fooBar` → `foo_bar`: SQL names do not tell upper from lower case, ours must stay distinct. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function tableName(model: string): string {
  return PREFIX + snakeCase(model);
}

/** A name that follows from what the index is, within every database's length limit. */
export function indexName(table: string, kind: 'ix' | 'uq', columns: readonly string[]): string {
  const digest = createHash('sha256').update(columns.join(',')).digest('hex').slice(0, 10);
  return `${table}_${kind}_${digest}`;
}
