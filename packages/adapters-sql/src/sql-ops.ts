import type { FindOptions, Order, Row, StorageOps, Where } from '@rmm/core/ports';
import { claimInTurn, claimUnlocked } from './claim.js';
import { inputError } from './input-error.js';
import { always, combine, type Predicate } from './predicate.js';
import { Shape } from './shape.js';
import type { SqlConnection, SqlValue } from './sql-connection.js';
import type { SqlColumn, SqlModel } from './sql-model.js';
import type { SqlSchema } from './sql-schema.js';
import {
  type Assignments,
  countRows,
  insertRows,
  putRows,
  removeRows,
  selectRows,
  updateRows,
} from './sql-statements.js';
import { afterPredicate, totalOrder } from './total-order.js';
import { wherePredicate } from './where-predicate.js';

/** The storage primitives on one connection. Who owns the connection owns the transaction around it. */
export class SqlOps implements StorageOps {
  constructor(
    private readonly schema: SqlSchema,
    private readonly connection: SqlConnection,
  ) {}

  async insert(name: string, rows: readonly Row[]): Promise<void> {
    const model = this.schema.model(name);
    const query = this.schema.query(model, new Shape('insert'), () => insertRows(this.schema, model));
    const encoded = encodeRows(model, rows);
    if (encoded.length > 0) await this.connection.write(query, encoded);
  }

  async put(name: string, rows: readonly Row[]): Promise<void> {
    const model = this.schema.model(name);
    const query = this.schema.query(model, new Shape('put'), () => putRows(this.schema, model));
    const encoded = lastOfEachKey(model, encodeRows(model, rows));
    if (encoded.length > 0) await this.connection.write(query, encoded);
  }

  async find(name: string, options: FindOptions = {}): Promise<readonly Row[]> {
    const model = this.schema.model(name);
    const shape = new Shape('find');
    const columns = selectedColumns(model, options.fields, shape);
    const order = totalOrder(options.order, model, shape);
    const predicates: Predicate[] = [];
    if (options.where !== undefined) predicates.push(wherePredicate(options.where, model, this.schema.dialect, shape));
    if (options.after !== undefined) predicates.push(afterPredicate(options.after, order, model, shape));
    const where = combine('and', predicates);
    const limit = options.limit === undefined ? undefined : limitSlot(options.limit, model, shape);
    if (options.limit === 0 || isNever(where)) return [];
    const query = this.schema.query(model, shape, () =>
      selectRows(this.schema, model, { columns: columns.length > 0 ? columns : model.key, where, order, limit }),
    );
    const rows = await this.connection.all(query, shape.values);
    return rows.map((row) => model.decodeRow(columns, row));
  }

  async count(name: string, where?: Where): Promise<number> {
    const model = this.schema.model(name);
    const shape = new Shape('count');
    const predicate = where === undefined ? always : wherePredicate(where, model, this.schema.dialect, shape);
    if (isNever(predicate)) return 0;
    const query = this.schema.query(model, shape, () => countRows(this.schema, model, predicate));
    const [row] = await this.connection.all(query, shape.values);
    return Number(row?.[0]);
  }

  async update(name: string, where: Where, set: Row): Promise<number> {
    const model = this.schema.model(name);
    const shape = new Shape('update');
    const assignments = assignmentSlots(model, set, shape);
    if (assignments.size === 0) return this.count(name, where);
    const predicate = wherePredicate(where, model, this.schema.dialect, shape);
    if (isNever(predicate)) return 0;
    const query = this.schema.query(model, shape, () => updateRows(this.schema, model, assignments, predicate));
    return this.connection.run(query, shape.values);
  }

  async remove(name: string, where: Where): Promise<number> {
    const model = this.schema.model(name);
    const shape = new Shape('remove');
    const predicate = wherePredicate(where, model, this.schema.dialect, shape);
    if (isNever(predicate)) return 0;
    const query = this.schema.query(model, shape, () => removeRows(this.schema, model, predicate));
    return this.connection.run(query, shape.values);
  }

  async claim(
    name: string,
    where: Where,
    set: Row,
    options: { limit: number; order?: readonly Order[] },
  ): Promise<readonly Row[]> {
    const model = this.schema.model(name);
    const shape = new Shape('claim');
    const assignments = assignmentSlots(model, set, shape);
    const order = totalOrder(options.order, model, shape);
    const predicate = wherePredicate(where, model, this.schema.dialect, shape);
    const limit = limitSlot(options.limit, model, shape);
    if (assignments.size === 0) throw inputError(name, 'claim must set at least one field');
    if (options.limit === 0 || isNever(predicate)) return [];
    const selection = { columns: model.columns, where: predicate, order, limit };
    const claim = this.schema.dialect.claim === 'serial' ? claimInTurn : claimUnlocked;
    return claim(this.schema, this.connection, model, shape, assignments, selection);
  }
}

function isNever(predicate: Predicate): boolean {
  return predicate.kind === 'constant' && !predicate.value;
}

function encodeRows(model: SqlModel, rows: readonly Row[]): (readonly SqlValue[])[] {
  return rows.map((row) => model.encodeRow(row));
}

/** Of rows with the same key the last one counts, as if they had been put one after the other. */
function lastOfEachKey(model: SqlModel, rows: (readonly SqlValue[])[]): (readonly SqlValue[])[] {
  if (rows.length < 2) return rows;
  const byKey = new Map(rows.map((row) => [JSON.stringify(model.key.map(({ index }) => row[index])), row]));
  return byKey.size === rows.length ? rows : [...byKey.values()];
}

function selectedColumns(model: SqlModel, fields: readonly string[] | undefined, shape: Shape): readonly SqlColumn[] {
  if (fields === undefined) return model.columns;
  const columns = [...new Set(fields)].map((field) => model.column(field));
  shape.mark(`[${columns.map((column) => column.index).join()}]`);
  return columns;
}

function limitSlot(limit: number, model: SqlModel, shape: Shape) {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw inputError(model.name, `limit must be a whole number, 0 or more, got ${limit}`);
  }
  shape.mark('#');
  return shape.slot(limit);
}

function assignmentSlots(model: SqlModel, set: Row, shape: Shape): Assignments {
  const slots = new Map<SqlColumn, ReturnType<Shape['slot']>>();
  for (const field of Object.keys(set)) {
    const value = set[field];
    if (value === undefined) continue;
    const column = model.column(field);
    slots.set(column, shape.slot(column.codec.encode(value, column.path)));
    shape.mark(`${column.index}:`);
  }
  return slots;
}
