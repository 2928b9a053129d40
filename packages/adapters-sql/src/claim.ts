import type { Row } from '@rmm/core/ports';
import { combine, type Predicate } from './predicate.js';
import { Shape } from './shape.js';
import type { SqlConnection } from './sql-connection.js';
import type { SqlModel } from './sql-model.js';
import type { SqlSchema } from './sql-schema.js';
import { type Assignments, claimRows, type Selection, selectRows, updateRows } from './sql-statements.js';

/** On databases where writers take turns: nobody can come between the selection and the change. */
export async function claimInTurn(
  schema: SqlSchema,
  connection: SqlConnection,
  model: SqlModel,
  shape: Shape,
  assignments: Assignments,
  selection: Selection,
): Promise<readonly Row[]> {
  const query = schema.query(model, shape, () => selectRows(schema, model, selection));
  const found = await connection.all(query, shape.values);
  if (found.length === 0) return [];
  const change = new Shape('claimed');
  const set = new Map(
    [...assignments].map(([column, slot]) => {
      change.mark(`${column.index}:`);
      return [column, change.slot(shape.values[slot.index] ?? null)];
    }),
  );
  const fixed = [...change.values];
  const sameKey: Predicate[] = model.key.map((column) => ({
    kind: 'compare',
    column,
    op: '=',
    slot: change.slot(null),
  }));
  const changeQuery = schema.query(model, change, () => updateRows(schema, model, set, combine('and', sameKey)));
  const rows = found.map((row) => [...row]);
  await connection.write(
    changeQuery,
    rows.map((row) => [...fixed, ...model.key.map(({ index }) => row[index] as string | number)]),
  );
  for (const row of rows) {
    for (const [column, slot] of assignments) row[column.index] = shape.values[slot.index];
  }
  return rows.map((row) => model.decodeRow(model.columns, row));
}

/** On databases where writers work side by side: locked rows are someone else's. */
export async function claimUnlocked(
  schema: SqlSchema,
  connection: SqlConnection,
  model: SqlModel,
  shape: Shape,
  assignments: Assignments,
  selection: Selection,
): Promise<readonly Row[]> {
  const query = schema.query(model, shape, () => claimRows(schema, model, assignments, selection));
  const rows = await connection.all(query, shape.values);
  const place = model.columns.length;
  return [...rows]
    .sort((a, b) => Number(a[place]) - Number(b[place]))
    .map((row) => model.decodeRow(model.columns, row));
}
