import type { Order, Row, StorageOps, Where } from '@rmm/core/ports';
import type { CleanedWhere } from 'better-auth/adapters';
import { modelName } from './auth-models.js';
import { type RowFilter, rowFilter } from './row-filter.js';

export interface Selection {
  readonly where?: readonly CleanedWhere[] | undefined;
  readonly order?: readonly Order[];
  readonly limit?: number;
  readonly offset?: number;
  /** Only these fields; all when absent. */
  readonly fields?: readonly string[] | undefined;
}

/** Better Auth's rows, as its adapter wants to meet them: by its own clauses, one or many. */
export class AuthRows {
  readonly #ops: StorageOps;

  constructor(ops: StorageOps) {
    this.#ops = ops;
  }

  insert(table: string, row: Row): Promise<void> {
    return this.#ops.insert(modelName(table), [row]);
  }

  async find(table: string, selection: Selection): Promise<readonly Row[]> {
    const { where, order = [], limit, offset = 0, fields } = selection;
    const filter = rowFilter(where);
    const { matches } = filter;
    const end = limit === undefined ? undefined : offset + limit;
    const rows = await this.#ops.find(modelName(table), {
      where: filter.where,
      order,
      ...(!matches && end !== undefined && { limit: end }),
      ...(!matches && fields && { fields }),
    });
    if (!matches) return rows.slice(offset);
    const found = rows.filter(matches).slice(offset, end);
    return fields ? found.map((row) => Object.fromEntries(fields.map((field) => [field, row[field]]))) : found;
  }

  async first(
    table: string,
    where: readonly CleanedWhere[] | undefined,
    fields?: readonly string[],
  ): Promise<Row | undefined> {
    const [row] = await this.find(table, { where, limit: 1, fields });
    return row;
  }

  async count(table: string, where: readonly CleanedWhere[] | undefined): Promise<number> {
    const filter = rowFilter(where);
    if (!filter.matches) return this.#ops.count(modelName(table), filter.where);
    return (await this.find(table, { where })).length;
  }

  /** Changes all rows and tells how many. */
  async update(table: string, where: readonly CleanedWhere[], set: Row): Promise<number> {
    return this.#ops.update(modelName(table), await this.#exact(table, rowFilter(where)), set);
  }

  /** Changes at most one row, atomically, and returns it as it is then. */
  async updateOne(table: string, where: readonly CleanedWhere[], set: Row): Promise<Row | undefined> {
    const exact = await this.#exact(table, rowFilter(where));
    const [row] = await this.#ops.claim(modelName(table), exact, set, { limit: 1 });
    return row;
  }

  async remove(table: string, where: readonly CleanedWhere[]): Promise<number> {
    return this.#ops.remove(modelName(table), await this.#exact(table, rowFilter(where)));
  }

  /** A condition that the storage can apply by itself. */
  async #exact(table: string, { where, matches }: RowFilter): Promise<Where> {
    if (!matches) return where;
    const rows = (await this.#ops.find(modelName(table), { where })).filter(matches);
    return { field: 'id', op: 'in', value: rows.map(({ id }) => String(id)) };
  }
}
