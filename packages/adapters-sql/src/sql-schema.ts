import type { ModelDef } from '@rmm/core/ports';
import { type Compilable, Kysely } from 'kysely';
import { indexName } from './identifier.js';
import { inputError } from './input-error.js';
import { checkModel } from './model-check.js';
import { QueryCache } from './query-cache.js';
import type { Shape } from './shape.js';
import { Slot } from './slot.js';
import type { SqlQuery } from './sql-connection.js';
import type { SqlDialect } from './sql-dialect.js';
import { SqlModel } from './sql-model.js';
import type { SchemaLookup } from './sql-session.js';

/** Tables are known at run time only. */
export type Tables = Record<string, Record<string, unknown>>;

/** Statements of distinct shapes to keep compiled; user-made filters make many. */
const CACHED_QUERIES = 1000;
/** Longer statements are not worth their memory. */
const CACHED_LENGTH = 20_000;

/** The tables of one storage and the statements compiled for them. */
export class SqlSchema implements SchemaLookup {
  /** Compiles, never executes. */
  readonly db: Kysely<Tables>;
  readonly #models = new Map<string, SqlModel>();
  readonly #uniqueIndexes = new Map<string, { readonly model: string; readonly fields: readonly string[] }>();
  readonly #queries = new QueryCache<SqlQuery>(CACHED_QUERIES);

  constructor(readonly dialect: SqlDialect) {
    const db = new Kysely<Tables>({ dialect: dialect.kysely });
    this.db = dialect.schema === undefined ? db : db.withSchema(dialect.schema);
  }

  /** @throws RmmError `PLUGIN_INVALID` for a declaration that cannot be stored. */
  define(defs: readonly ModelDef[]): SqlModel[] {
    return defs.map((def) => {
      checkModel(def);
      return new SqlModel(def, this.dialect);
    });
  }

  /** Makes models usable. */
  add(models: readonly SqlModel[]): void {
    for (const model of models) {
      this.#models.set(model.name, model);
      for (const fields of [model.def.key, ...(model.def.unique ?? [])]) {
        this.#uniqueIndexes.set(indexName(model.table, 'uq', fields), { model: model.name, fields });
      }
    }
  }

  uniqueIndex(name: string) {
    return this.#uniqueIndexes.get(name);
  }

  /** @throws RmmError `INVALID_INPUT` when no such model was declared. */
  model(name: string): SqlModel {
    const model = this.#models.get(name);
    if (model === undefined) throw inputError(name, 'no such model was declared to migrate()');
    return model;
  }

  /** The statement of a shape, compiled at its first use. */
  query(model: SqlModel, shape: Shape, build: () => Compilable): SqlQuery {
    const limit = this.dialect.maxParameters;
    if (shape.values.length > limit) {
      throw inputError(model.name, `more than ${limit} values in one call; use "in" with a list instead`);
    }
    const key = `${model.name}:${shape.key}`;
    if (key.length > CACHED_LENGTH) return compile(build(), shape.values.length);
    return this.#queries.get(key, () => compile(build(), shape.values.length));
  }
}

/** Compiles a statement whose values are {@link Slot}s; `given` is how many values it is run with. */
export function compile(statement: Compilable, given?: number): SqlQuery {
  const { sql, parameters } = statement.compile();
  const slots = parameters.map((parameter) => {
    if (!(parameter instanceof Slot)) throw new TypeError(`A constant was compiled as a parameter: ${sql}`);
    return parameter.index;
  });
  const inOrder = slots.length === (given ?? slots.length) && slots.every((slot, i) => slot === i);
  return inOrder ? { sql } : { sql, slots };
}
