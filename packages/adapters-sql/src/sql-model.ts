import type { FieldType, ModelDef, Row } from '@rmm/core/ports';
import { type FieldCodec, fieldCodec, nullableCodec } from './field-codec.js';
import { snakeCase, tableName } from './identifier.js';
import { boundedCodec, textBounds } from './indexed-text.js';
import { inputError } from './input-error.js';
import type { SqlRow, SqlValue } from './sql-connection.js';
import type { SqlDialect } from './sql-dialect.js';

export interface SqlColumn {
  readonly field: string;
  /** The column's name in the database. */
  readonly name: string;
  readonly index: number;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** `model.field`, for messages. */
  readonly path: string;
  readonly codec: FieldCodec;
  /** Encodes a value to compare with: never null, and as long as it likes. */
  readonly operand: FieldCodec;
}

/** A declared model as a table: columns with their codecs. */
export class SqlModel {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly SqlColumn[];
  readonly key: readonly SqlColumn[];
  readonly #byField: ReadonlyMap<string, SqlColumn>;

  constructor(
    readonly def: ModelDef,
    dialect: SqlDialect,
  ) {
    this.name = def.name;
    this.table = tableName(def.name);
    const bounds = textBounds(def);
    this.columns = Object.entries(def.fields).map(([field, fieldDef], index) => {
      const operand = fieldCodec(fieldDef.type, dialect.bool);
      return {
        field,
        name: snakeCase(field),
        index,
        type: fieldDef.type,
        nullable: fieldDef.nullable === true,
        path: `${def.name}.${field}`,
        codec: nullableCodec(boundedCodec(operand, bounds.get(field)), fieldDef),
        operand,
      };
    });
    this.#byField = new Map(this.columns.map((column) => [column.field, column]));
    this.key = def.key.map((field) => this.column(field));
  }

  /** @throws RmmError `INVALID_INPUT` when the model has no such field. */
  column(field: unknown): SqlColumn {
    const column = typeof field === 'string' ? this.#byField.get(field) : undefined;
    if (column === undefined) throw inputError(`${this.name}.${String(field)}`, 'the model has no such field');
    return column;
  }

  /** A field that can be compared and ordered by. */
  comparable(field: unknown): SqlColumn {
    const column = this.column(field);
    if (column.type === 'json') throw inputError(column.path, 'json fields cannot be compared or ordered by');
    return column;
  }

  /** All columns' values of a row to be stored. */
  encodeRow(row: Row): SqlValue[] {
    const values = this.columns.map((column) => column.codec.encode(row[column.field], column.path));
    for (const field in row) if (!this.#byField.has(field)) this.column(field);
    return values;
  }

  decodeRow(columns: readonly SqlColumn[], stored: SqlRow): Row {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column !== undefined) row[column.field] = column.codec.decode(stored[i]);
    }
    return row;
  }
}
