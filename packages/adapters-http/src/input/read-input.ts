import type { Match } from '../route/route-table.js';
import { coerceParam, coerceQuery } from './coerce-query.js';
import { invalidInput } from './invalid-input.js';
import { asJsonSchema } from './json-schema.js';
import { readJsonBody } from './read-json-body.js';

type Found = Extract<Match, { route: unknown }>;

/**
 * Puts an operation's input together from path, query (GET, DELETE) and JSON body (others). It is not validated here:
 * the operation does that.
 */
export async function readInput(
  request: Request,
  url: URL,
  { route, params }: Found,
  maxBodyBytes: number,
): Promise<Record<string, unknown>> {
  const schema = asJsonSchema(route.contract.input);
  const inQuery = route.method === 'GET' || route.method === 'DELETE';
  const fields = inQuery
    ? coerceQuery(url.searchParams, schema)
    : Object.entries(await bodyWithoutQuery(request, url, maxBodyBytes));
  const path = Object.entries(params).map(([name, value]): [string, unknown] => [
    name,
    coerceParam(name, value, schema),
  ]);
  for (const [name, value] of fields) {
    if (Object.hasOwn(params, name) && value !== params[name])
      throw invalidInput(name, 'another value stands in the path');
  }
  // fromEntries defines own properties, so that a field named __proto__ stays a field.
  return Object.fromEntries([...fields, ...path]);
}

async function bodyWithoutQuery(request: Request, url: URL, maxBodyBytes: number): Promise<object> {
  const [stray] = url.searchParams.keys();
  if (stray !== undefined) throw invalidInput(stray, `expected in the body, not in the query of a ${request.method}`);
  return readJsonBody(request, maxBodyBytes);
}
