import type { OperationContract } from '@rmm/core/ports';
import { queryFormOf } from '../input/coerce-query.js';
import { asJsonSchema, type JsonSchema } from '../input/json-schema.js';
import type { Route } from '../route/route-table.js';
import type { ApiSchemas } from './api-schemas.js';

const FILE_TYPES: Readonly<Record<string, string>> = { csv: 'text/csv', pdf: 'application/pdf', html: 'text/html' };
const ERROR = { $ref: '#/components/responses/Error' };
const VIEW_AS = { $ref: '#/components/parameters/ViewAs' };

/** The feature that an operation belongs to: all of its name but the last part. */
export function featureOf(operation: string): string {
  return operation.slice(0, operation.lastIndexOf('.'));
}

/** The OpenAPI operation object of a route. */
export function describeOperation(route: Route, schemas: ApiSchemas): object {
  const { contract, method } = route;
  const input = asJsonSchema(contract.input);
  const rest = Object.entries(input.properties ?? {}).filter(([name]) => !route.params.includes(name));
  const required = new Set(input.required ?? []);
  const inQuery = method === 'GET' || method === 'DELETE';
  const parameters = [
    ...route.params.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: schemas.convert(input.properties?.[name] ?? {}),
    })),
    ...(inQuery ? rest.map(([name, schema]) => queryParameter(name, schema, required.has(name), schemas)) : []),
    ...(contract.kind === 'command' ? [] : [VIEW_AS]),
  ];
  return {
    operationId: route.name,
    tags: [featureOf(route.name)],
    summary: contract.summary,
    description: describeRequirement(contract),
    security: [{ token: [] }, contract.kind === 'command' ? { session: [], csrf: [] } : { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(!inQuery && rest.length > 0 && { requestBody: bodyOf(rest, required, input, schemas) }),
    responses: { 200: answerOf(route, schemas), ...refusals(route), default: ERROR },
  };
}

function queryParameter(name: string, schema: JsonSchema, required: boolean, schemas: ApiSchemas): object {
  const place = { name, in: 'query', ...(required && { required }) };
  const converted = schemas.convert(schema);
  return queryFormOf(schema) === 'json'
    ? { ...place, content: { 'application/json': { schema: converted } } }
    : { ...place, schema: converted };
}

function bodyOf(
  fields: readonly (readonly [string, JsonSchema])[],
  required: ReadonlySet<string>,
  input: JsonSchema,
  schemas: ApiSchemas,
): object {
  const needed = fields.map(([name]) => name).filter((name) => required.has(name));
  const { required: _all, ...open } = input;
  const schema = { ...open, properties: Object.fromEntries(fields), ...(needed.length > 0 && { required: needed }) };
  return { required: needed.length > 0, content: { 'application/json': { schema: schemas.convert(schema) } } };
}

function answerOf({ contract, path }: Route, schemas: ApiSchemas): object {
  const output = asJsonSchema(contract.output);
  if (contract.kind === 'stream') {
    const description =
      'Server-sent events. `event` is the name of a message, `data` the message as JSON; comments keep the line open.';
    const schema = { type: 'string', contentMediaType: 'application/json', contentSchema: schemas.convert(output) };
    return { description, content: { 'text/event-stream': { schema } } };
  }
  const [, extension] = /\.([a-z0-9]+)$/i.exec(path) ?? [];
  if (extension) {
    const type = FILE_TYPES[extension] ?? 'application/octet-stream';
    return { description: 'The file.', content: { [type]: { schema: { type: 'string' } } } };
  }
  return { description: 'Done.', content: { 'application/json': { schema: schemas.convert(output) } } };
}

function refusals({ params, method }: Route): object {
  return {
    400: ERROR,
    401: ERROR,
    403: ERROR,
    ...(params.length > 0 && { 404: ERROR }),
    ...(method !== 'GET' && method !== 'DELETE' && { 413: ERROR, 415: ERROR }),
  };
}

const OPEN_TO = {
  'signed-in': 'Open to everyone signed in.',
  accountadmin: 'For account administrators only.',
  agent: 'For agents only.',
  host: 'For the host program only.',
} as const satisfies Record<Extract<OperationContract['requires'], string>, string>;

function describeRequirement({ requires, kind }: OperationContract): string {
  if (typeof requires === 'string') return OPEN_TO[requires];
  const level = requires.level ?? (kind === 'command' ? 'manage' : 'view');
  const tool = requires.tool === undefined ? '' : ` and the agent tool \`${requires.tool}\``;
  const views = (requires.views ?? []).map((permission) => ` and the permission \`${permission}\` (view)`).join('');
  return `Needs the permission \`${requires.permission}\` (${level})${views}${tool}.`;
}
