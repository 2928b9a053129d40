import { invalidInput } from './invalid-input.js';
import type { JsonSchema } from './json-schema.js';
import { parseJson } from './parse-json.js';

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The input that a query string stands for: lists of plain values as repeated keys, objects (and lists of them) as JSON.
 * Values that do not fit stay texts, and unknown fields stay in, so that the operation's own schema names what is wrong.
 * @throws RmmError `INVALID_INPUT` when a single value is given twice, or JSON is malformed.
 */
export function coerceQuery(query: URLSearchParams, schema: JsonSchema): [string, unknown][] {
  const input: [string, unknown][] = [];
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    const field = own(schema.properties, name);
    input.push([name, field ? coerceField(name, values, field) : coerceOne(name, values)]);
  }
  return input;
}

/** One value of a path. */
export function coerceParam(name: string, value: string, schema: JsonSchema): unknown {
  const field = own(schema.properties, name);
  return field ? coerceField(name, [value], field) : value;
}

/** How a field stands in a query: one text, one text for each item, or JSON. */
export function queryFormOf(schema: JsonSchema): 'text' | 'repeated' | 'json' {
  if (isPlain(schema)) return 'text';
  return schema.type === 'array' && isPlain(schema.items ?? {}) ? 'repeated' : 'json';
}

function coerceField(name: string, values: readonly string[], schema: JsonSchema): unknown {
  switch (queryFormOf(schema)) {
    case 'text':
      return coerceText(coerceOne(name, values), schema);
    case 'repeated':
      return values.map((value) => coerceText(value, schema.items ?? {}));
    case 'json':
      return parseJson(coerceOne(name, values), name);
  }
}

function coerceOne(name: string, values: readonly string[]): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw invalidInput(name, 'one value expected, not several');
  return value;
}

function coerceText(value: string, schema: JsonSchema): string | number | boolean | null {
  const types = (schema.anyOf ?? [schema]).map(({ type }) => type);
  if ((types.includes('integer') || types.includes('number')) && NUMBER.test(value)) return Number(value);
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  if (types.includes('null') && !types.includes('string') && value === 'null') return null;
  return value;
}

/** Whether values of the schema have a plain text form. Schemas without a type (references) are taken for objects. */
function isPlain({ type, anyOf }: JsonSchema): boolean {
  if (anyOf) return anyOf.every(isPlain);
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean' || type === 'null';
}

function own(properties: Readonly<Record<string, JsonSchema>> | undefined, name: string): JsonSchema | undefined {
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
