import { Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Name, Nothing, Nullable, OneOf, Strict, Text } from '../operation/schema.js';
import { FilterNode } from './filter-node.js';

export const FieldView = Strict({
  id: Type.String(),
  label: Type.String(),
  group: Type.String(),
  type: OneOf(['string', 'integer', 'real', 'boolean', 'date', 'version']),
  /** For people: `GB`, `%`. */
  unit: Nullable(Type.String()),
  multi: Type.Boolean(),
  /** Name of the list whose records this field belongs to; conditions on one record go into `{ some: list, … }`. */
  list: Nullable(Type.String()),
  choices: Type.Array(Type.String()),
  conditions: Type.Array(Type.String()),
});

/** The catalogue of fields that filters, columns and sorting can use; plugins add to it. */
export const fieldsContract = {
  list: declare({
    kind: 'query',
    summary: 'List the fields that filters and columns can use',
    requires: { permission: 'devices' },
    route: 'GET /fields',
    input: Nothing,
    output: Strict({ items: Type.Array(FieldView) }),
  }),
};
export interface FieldsApi extends ApiOf<typeof fieldsContract> {}

export const FilterView = Strict({
  id: Id,
  name: Name,
  description: Text,
  /** Null: a System filter. Else a filter of this Profile, which sees only its devices. */
  profileId: Nullable(Id),
  /** Made by the system; cannot be changed. */
  builtIn: Type.Boolean(),
  /** The Profiles that a System filter looks at; null is all. */
  scope: Nullable(Type.Array(Id)),
  filter: FilterNode,
  /** Devices in it now. */
  devices: Type.Integer(),
});

const Definition = {
  description: Type.Optional(Text),
  scope: Type.Optional(Nullable(Type.Array(Id, { maxItems: 1000, uniqueItems: true }))),
};
const touchesProfile = ({ profileId }: { profileId?: string }) => (profileId ? { profiles: [profileId] } : {});

export const filtersContract = {
  list: declare({
    kind: 'query',
    summary:
      'List filters with their number of devices: the default ones and the System’s, or with a Profile its own and its numbers',
    requires: { permission: 'filters' },
    route: 'GET /filters',
    input: Strict({ profileId: Type.Optional(Id) }),
    output: Strict({ items: Type.Array(FilterView) }),
    touches: touchesProfile,
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a filter',
    requires: { permission: 'filters' },
    route: 'GET /filters/:filterId',
    input: Strict({ filterId: Id }),
    output: FilterView,
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a filter',
    requires: { permission: 'filters' },
    route: 'POST /filters',
    input: Strict({ name: Name, profileId: Type.Optional(Id), filter: FilterNode, ...Definition }),
    output: FilterView,
    touches: ({ profileId, scope }) => ({ profiles: [...(profileId ? [profileId] : []), ...(scope ?? [])] }),
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a filter',
    requires: { permission: 'filters' },
    route: 'PATCH /filters/:filterId',
    input: Strict({ filterId: Id, name: Type.Optional(Name), filter: Type.Optional(FilterNode), ...Definition }),
    output: FilterView,
    touches: ({ scope }) => ({ profiles: scope ?? [] }),
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a filter',
    requires: { permission: 'filters' },
    route: 'DELETE /filters/:filterId',
    input: Strict({ filterId: Id }),
    output: Nothing,
  }),
  evaluate: declare({
    kind: 'query',
    summary: 'Count the devices that a filter would hold, with a sample, without storing it',
    requires: { permission: 'filters' },
    route: 'POST /filters/evaluate',
    input: Strict({
      filter: FilterNode,
      profileId: Type.Optional(Id),
      scope: Definition.scope,
      sample: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 10 })),
    }),
    output: Strict({
      count: Type.Integer(),
      total: Type.Integer(),
      sample: Type.Array(Strict({ id: Id, hostname: Type.String(), profileName: Type.String() })),
    }),
    touches: ({ profileId, scope }) => ({ profiles: [...(profileId ? [profileId] : []), ...(scope ?? [])] }),
  }),
};
export interface FiltersApi extends ApiOf<typeof filtersContract> {}
