import type { ModelDef, Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { postgresDialect } from './postgres-dialect.js';
import type { SqlConnection, SqlQuery, SqlValue } from './sql-connection.js';
import { SqlOps } from './sql-ops.js';
import { SqlSchema } from './sql-schema.js';
import { sqliteDialect } from './sqlite-dialect.js';

const model: ModelDef = {
  name: 'jobRun',
  fields: { id: { type: 'string' }, state: { type: 'string', nullable: true }, rank: { type: 'int' } },
  key: ['id'],
};

/** Records what would be sent to a database. */
function recorder(dialect = sqliteDialect) {
  const schema = new SqlSchema(dialect);
  schema.add(schema.define([model]));
  const sent: { query: SqlQuery; values: readonly SqlValue[] }[] = [];
  const connection: SqlConnection = {
    all: (query, values) => {
      sent.push({ query, values });
      return [];
    },
    run: () => 0,
    write: () => {},
  };
  return { sent, ops: new SqlOps(schema, connection) };
}

describe('statements', () => {
  test('of one shape are compiled once, whatever their values', async () => {
    const { sent, ops } = recorder();
    const find = (state: string, limit: number) =>
      ops.find('jobRun', { where: { field: 'state', op: 'eq', value: state }, limit });
    await find('a', 1);
    await find('b', 2);
    expect(sent[1]?.query).toBe(sent[0]?.query);
    expect(sent[1]?.values).toEqual(['b', 2]);
    await ops.find('jobRun', { where: { field: 'state', op: 'in', value: ['a', 'b'] } });
    await ops.find('jobRun', { where: { field: 'state', op: 'in', value: ['a', 'b', 'c'] } });
    expect(sent[3]?.query).toBe(sent[2]?.query);
  });

  test('of different shapes never share SQL', async () => {
    const a: Where = { field: 'state', op: 'eq', value: 'x' };
    const b: Where = { field: 'rank', op: 'eq', value: 1 };
    const wheres: Where[] = [
      ...[
        { all: [a, b] },
        { any: [a, b] },
        { all: [b, a] },
        { all: [{ any: [a, b] }, a] },
        { any: [{ all: [a, b] }, a] },
      ],
      ...[
        { not: a },
        { field: 'state', op: 'ne', value: null } as const,
        { field: 'state', op: 'eq', value: null } as const,
      ],
      ...[
        { field: 'state', op: 'in', value: ['x'] } as const,
        { field: 'state', op: 'in', value: ['x', null] } as const,
      ],
      ...[
        { field: 'state', op: 'lt', value: 'x' } as const,
        { not: { field: 'state', op: 'gte', value: 'x' } } as const,
      ],
      ...[
        { field: 'state', op: 'prefix', value: 'x' } as const,
        { field: 'state', op: 'prefix', value: '\u{10ffff}' } as const,
      ],
    ];
    const { sent, ops } = recorder();
    for (const where of wheres) await ops.find('jobRun', { where });
    const order = [{ field: 'state' }] as const;
    await ops.find('jobRun', { order, after: { state: null, id: 'x' } });
    await ops.find('jobRun', { order, after: { state: 'x', id: 'x' } });
    expect(new Set(sent.map(({ query }) => query.sql)).size).toBe(wheres.length + 2);
  });

  test('are in the words of the dialect, with our prefix', async () => {
    const where: Where = {
      all: [
        { field: 'rank', op: 'in', value: [1, 2] },
        { field: 'state', op: 'ne', value: 'x' },
      ],
    };
    const texts = await Promise.all(
      [recorder(), recorder(postgresDialect('host'))].map(async ({ sent, ops }) => {
        await ops.find('jobRun', { where, fields: ['id'], order: [{ field: 'state', dir: 'desc' }], limit: 3 });
        return sent[0]?.query.sql;
      }),
    );
    expect(texts).toEqual([
      `select "id" from "rmm_job_run" where ("rank" in (select "value" from json_each(?)) and ("state" <> ? or "state" is null)) order by "state" desc, "id" asc limit ?`,
      `select "id" from "host"."rmm_job_run" where ("rank" = any($1::bigint[]) and ("state" <> $2 or "state" is null)) order by "state" desc nulls last, "id" asc limit $3`,
    ]);
  });

  test('with more values than a statement can take are refused', async () => {
    const any = Array.from({ length: 40_000 }, (_, rank): Where => ({ field: 'rank', op: 'eq', value: rank }));
    await expect(recorder().ops.count('jobRun', { any })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
