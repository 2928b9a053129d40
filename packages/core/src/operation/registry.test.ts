import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { declare, type OperationContract } from './contract.js';
import type { Operation } from './operation.js';
import { buildRegistry } from './registry.js';
import { Id, Nothing, Strict } from './schema.js';

const contract = (route?: string, requires: OperationContract['requires'] = 'signed-in'): OperationContract =>
  declare({
    kind: 'query',
    summary: 'Look',
    requires,
    ...(route !== undefined && { route }),
    input: Strict({ thingId: Type.Optional(Id) }),
    output: Nothing,
  });
const operation = (name: string, of = contract()): Operation => ({ name, contract: of, handler: () => ({}) });
const build = (...operations: Operation[]) => buildRegistry(operations, new Set(['things']));

describe('the registry', () => {
  test('knows every operation by its name', () => {
    const [one, two] = [operation('things.list'), operation('things.get', contract('GET /things/:thingId'))];
    expect([...build(one, two)]).toEqual([
      ['things.list', one],
      ['things.get', two],
    ]);
  });

  test.each([
    ['a name without a verb', operation('things'), 'feature.verb'],
    ['a name with too many parts', operation('a.b.c'), 'feature.verb'],
    ['a name in capitals', operation('Things.list'), 'feature.verb'],
    ['a name that would look like a promise', operation('things.then'), 'reserved'],
    ['a feature that would be a constructor', operation('constructor.list'), 'reserved'],
    ['a route without a method', operation('a.b', contract('/things')), 'malformed'],
    ['a route with an unknown method', operation('a.b', contract('LOOK /things')), 'malformed'],
    ['a route that climbs', operation('a.b', contract('GET /things/../secrets')), 'malformed'],
    ['a route naming no input', operation('a.b', contract('GET /things/:otherId')), 'otherId'],
    ['a permission that nobody declares', operation('a.b', contract(undefined, { permission: 'thigns' })), 'thigns'],
  ])('refuses %s', (_, given, words) => {
    expect(() => build(given)).toThrow(
      expect.objectContaining({ code: 'PLUGIN_INVALID', message: expect.stringContaining(words) }),
    );
  });

  test('refuses the same name twice, and routes that answer the same requests', () => {
    expect(() => build(operation('a.b'), operation('a.b'))).toThrow(
      expect.objectContaining({ code: 'PLUGIN_INVALID' }),
    );
    const rival = { ...contract('GET /things/:id'), input: Strict({ id: Id }) };
    expect(() => build(operation('a.b', contract('GET /things/:thingId')), operation('a.c', rival))).toThrow(
      'same route',
    );
  });
});
