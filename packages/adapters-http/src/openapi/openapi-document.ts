import { ERROR_CODES } from '@rmm/protocol';
import { CSRF_HEADER } from '../guard/browser-guard.js';
import { VIEW_AS_HEADER } from '../guard/viewed-role.js';
import type { Route } from '../route/route-table.js';
import { ApiSchemas } from './api-schemas.js';
import { describeOperation, featureOf } from './describe-operation.js';

/** The OpenAPI 3.1 description of the routes; whoever serves it adds `servers`. */
export function openApiDocument(routes: readonly Route[]): object {
  const schemas = new ApiSchemas();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route, schemas) };
  }
  paths['/csrf'] = { get: csrfOperation() };
  const tags = [...new Set(routes.map(({ name }) => featureOf(name)))].map((name) => ({ name }));
  return {
    openapi: '3.1.1',
    info: {
      title: 'RMM',
      version: '1',
      description:
        'Remote monitoring and management. Inputs of GET and DELETE stand in the path and the query: lists as repeated ' +
        'parameters, objects as JSON. Other methods take a JSON body.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [...tags, { name: 'csrf' }],
    paths,
    components: {
      schemas: { Error: errorSchema(), ...schemas.named },
      parameters: { ViewAs: viewAsParameter() },
      responses: {
        Error: { description: 'Refused or failed.', content: jsonOf({ $ref: '#/components/schemas/Error' }) },
      },
      securitySchemes: securitySchemes(),
    },
  };
}

const jsonOf = (schema: object) => ({ 'application/json': { schema } });

function errorSchema(): object {
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string', enum: Object.keys(ERROR_CODES), description: 'Stable; programs compare this.' },
          message: { type: 'string', description: 'For people: what is wrong and the remedy.' },
          details: { type: 'object', additionalProperties: true },
        },
      },
    },
  };
}

function viewAsParameter(): object {
  return {
    name: VIEW_AS_HEADER,
    in: 'header',
    description:
      'The id of a role, for account administrators: the answer is as its holders get it. While it is sent, calls that ' +
      'change something are refused.',
    schema: { type: 'string' },
  };
}

function securitySchemes(): object {
  return {
    token: { type: 'http', scheme: 'bearer' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'session',
      description: 'The cookie that signing in sets; its name is the authenticator’s.',
    },
    csrf: {
      type: 'apiKey',
      in: 'header',
      name: CSRF_HEADER,
      description: 'The token from GET /csrf; needed beside the cookie for calls that change something.',
    },
  };
}

function csrfOperation(): object {
  return {
    operationId: 'csrf.get',
    tags: ['csrf'],
    summary: 'Show the token that this browser session must send with changes',
    security: [{ session: [] }, { token: [] }],
    responses: {
      200: {
        description: 'The token; null when the credentials are no cookie.',
        content: jsonOf({ type: 'object', required: ['token'], properties: { token: { type: ['string', 'null'] } } }),
      },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}
