import { LANGUAGES } from '@rmm/protocol';
import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Name, Named, Nothing, OneOf, Script, Strict, Text, Time } from '../operation/schema.js';

export const COMPONENT_KINDS = ['application', 'monitor', 'script'] as const;

const ComponentVariableSchema = Strict({
  name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 128 }),
  type: OneOf(['string', 'number', 'boolean', 'choice', 'secret']),
  description: Type.Optional(Text),
  required: Type.Optional(Type.Boolean()),
  default: Type.Optional(Type.String({ maxLength: 32_768 })),
  /** The values of a `choice`. */
  choices: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 200 })),
});
/** An input of a component, delivered to its script as the environment variable `name`. */
export interface ComponentVariable extends Static<typeof ComponentVariableSchema> {}
export const ComponentVariable = Named<ComponentVariable, typeof ComponentVariableSchema>(ComponentVariableSchema);

const Definition = {
  category: Type.String({ maxLength: 64 }),
  description: Text,
  language: OneOf(LANGUAGES),
  script: Script,
  /** 1 (anyone) to 5 (most trusted): users below it neither see nor run the component. */
  securityLevel: Type.Integer({ minimum: 1, maximum: 5 }),
  /** After this time the agent ends the script and all that it started. */
  timeoutMs: Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 }),
  variables: Type.Array(ComponentVariable, { maxItems: 100 }),
};
const Changes = {
  category: Type.Optional(Definition.category),
  description: Type.Optional(Definition.description),
  securityLevel: Type.Optional(Definition.securityLevel),
  timeoutMs: Type.Optional(Definition.timeoutMs),
  variables: Type.Optional(Definition.variables),
};

const ComponentSchema = Strict({
  id: Id,
  /** Stays the same across versions and Systems. */
  uid: Type.String(),
  name: Name,
  kind: OneOf(COMPONENT_KINDS),
  ...Definition,
  favourite: Type.Boolean(),
  version: Type.Integer({ minimum: 1 }),
  createdAt: Time,
  updatedAt: Time,
});
/** A component: a script and what is known of it (guide, chapter 10). */
export interface Component extends Static<typeof ComponentSchema> {}
export const ComponentView = Named<Component, typeof ComponentSchema>(ComponentSchema);

const touchesComponent = ({ componentId }: { componentId: string }) => ({ components: [componentId] });

export const componentsContract = {
  list: declare({
    kind: 'query',
    summary: 'List the components that the user may see',
    requires: { permission: 'components' },
    route: 'GET /components',
    input: Strict({
      search: Type.Optional(Type.String({ maxLength: 255 })),
      kind: Type.Optional(OneOf(COMPONENT_KINDS)),
    }),
    output: Strict({ items: Type.Array(ComponentView) }),
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a component with its script',
    requires: { permission: 'components' },
    route: 'GET /components/:componentId',
    input: Strict({ componentId: Id }),
    output: ComponentView,
    touches: touchesComponent,
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a component',
    requires: { permission: 'components' },
    route: 'POST /components',
    input: Strict({
      name: Name,
      uid: Type.Optional(Id),
      kind: Type.Optional(OneOf(COMPONENT_KINDS)),
      language: Definition.language,
      script: Definition.script,
      ...Changes,
    }),
    output: ComponentView,
    made: ({ id }) => ({ components: [id] }),
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a component; its version grows when script, language or variables change',
    requires: { permission: 'components' },
    route: 'PATCH /components/:componentId',
    input: Strict({
      componentId: Id,
      name: Type.Optional(Name),
      language: Type.Optional(Definition.language),
      script: Type.Optional(Definition.script),
      ...Changes,
    }),
    output: ComponentView,
    touches: touchesComponent,
  }),
  favourite: declare({
    kind: 'command',
    summary: 'Mark a component as one’s favourite, or no longer',
    requires: { permission: 'components', level: 'view' },
    route: 'POST /components/:componentId/favourite',
    input: Strict({ componentId: Id, favourite: Type.Boolean() }),
    output: ComponentView,
    touches: touchesComponent,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a component; jobs that ran it keep their results',
    requires: { permission: 'components' },
    route: 'DELETE /components/:componentId',
    input: Strict({ componentId: Id }),
    output: Nothing,
    touches: touchesComponent,
  }),
};
export interface ComponentsApi extends ApiOf<typeof componentsContract> {}
