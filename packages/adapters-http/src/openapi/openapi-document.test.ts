import { CORE_CONTRACTS } from '@rmm/core';
import type { OperationContract } from '@rmm/core/ports';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { RouteTable } from '../route/route-table.js';
import { openApiDocument } from './openapi-document.js';

type Parameter = { name: string; in: string; required?: boolean; schema?: object; content?: object };
type Described = {
  operationId: string;
  tags: string[];
  summary: string;
  security: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: { required?: string[]; properties: object } }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
};
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object> };
};

const operations = new Map<string, OperationContract>(
  Object.entries(CORE_CONTRACTS).flatMap(([feature, contracts]) =>
    Object.entries(contracts).map(([verb, contract]): [string, OperationContract] => [`${feature}.${verb}`, contract]),
  ),
);
const document = openApiDocument(new RouteTable(operations).routes) as Document;
const described = new Map(
  Object.values(document.paths).flatMap((item) =>
    Object.values(item).map((operation): [string, Described] => [operation.operationId, operation]),
  ),
);
const operation = (name: string): Described => described.get(name) ?? expect.fail(`${name} is not described`);

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('describes each operation that has a route, and only those', () => {
    const routed = [...operations].filter(([, { route }]) => route).map(([name]) => name);
    expect([...described.keys()].sort()).toEqual([...routed, 'csrf.get'].sort());
    for (const [name, contract] of operations) {
      const { route } = contract;
      if (!route) continue;
      const [method = '', path = ''] = route.split(' ');
      expect(document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]).toMatchObject({
        operationId: name,
        summary: contract.summary,
        tags: [name.split('.')[0]],
      });
    }
  });

  test('has every field of every input once: path, query or body', () => {
    for (const [name, { route, input, kind }] of operations) {
      if (!route) continue;
      const { parameters: all = [], requestBody } = operation(name);
      // Beside the input there is the role to be viewed, the same everywhere.
      const parameters = all.filter((parameter) => !('$ref' in parameter));
      expect(all.length - parameters.length).toBe(kind === 'command' ? 0 : 1);
      const body = requestBody?.content['application/json']?.schema;
      const fields = [...parameters.map((parameter) => parameter.name), ...Object.keys(body?.properties ?? {})];
      expect(fields.sort()).toEqual(Object.keys(input.properties).sort());
      const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
      expect([...required, ...(body?.required ?? [])].sort()).toEqual([...(input.required ?? [])].sort());
    }
  });

  test('holds only schemas that compile, with all references resolved', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'document', ...document });
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]*)"/g)].map(([, pointer]) => pointer);
    expect(pointers).toContain('#/components/schemas/FilterNode');
    for (const pointer of new Set(pointers)) expect(ajv.getSchema(`document${pointer}`)).toBeDefined();
    const accepts = ajv.getSchema('document#/components/schemas/FilterNode');
    expect(accepts?.({ all: [{ none: [{ field: 'hostname', condition: 'contains', term: 'a' }] }] })).toBe(true);
    expect(accepts?.({ all: [{ none: [{ field: 1 }] }] })).toBe(false);
  });

  test('tells JSON in the query, files, streams, secrets and what a call needs', () => {
    const list = operation('devices.list').parameters ?? [];
    expect(list.find(({ name }) => name === 'filter')).toMatchObject({
      in: 'query',
      content: { 'application/json': {} },
    });
    expect(list.find(({ name }) => name === 'limit')).toMatchObject({ in: 'query', schema: { type: 'integer' } });
    expect(operation('devices.export').responses[200]?.content).toHaveProperty(['text/csv']);
    expect(operation('events.subscribe').responses[200]?.content).toHaveProperty(['text/event-stream']);
    expect(operation('users.setPassword').requestBody?.content['application/json']?.schema.properties).toMatchObject({
      password: { writeOnly: true },
    });
    expect(JSON.stringify(document)).not.toContain('"secret":true');
    expect(operation('devices.list').security).toEqual([{ token: [] }, { session: [] }]);
    expect(operation('devices.move').security).toEqual([{ token: [] }, { session: [], csrf: [] }]);
  });
});
