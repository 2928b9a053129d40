import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Name, Named, Nothing, Nullable, OneOf, Strict, Text } from '../operation/schema.js';
import { FilterNode } from './filter-node.js';

const FieldSchema = Strict({
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
/** A field of the catalogue. */
export interface Field extends Static<typeof FieldSchema> {}
export const FieldView = Named<Field, typeof FieldSchema>(FieldSchema);

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

const FilterSchema = Strict({
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
  /** Roles whose holders see the filter; null is all. accountadmins see every filter (guide, chapter 5). */
  visibleTo: Nullable(Type.Array(Id)),
  /** Devices in it now. */
  devices: Type.Integer(),
});
/** A filter of the System or of a Profile. */
export interface Filter extends Static<typeof FilterSchema> {}
export const FilterView = Named<Filter, typeof FilterSchema>(FilterSchema);

const REASON_KINDS = ['all', 'any', 'none', 'some', 'condition'] as const;

/** Why a device is in a filter, or not: the tree of the filter with what each part saw. */
export interface FilterReason {
  /** `all`, `any`, `none`: of `parts`; `some`: the same of one record of a list; `condition`: a line of the filter. */
  readonly kind: (typeof REASON_KINDS)[number];
  /** Whether this part holds for the device. */
  readonly holds: boolean;
  /** In words: `Operating system contains “windows”`. */
  readonly text: string;
  /**
   * Of a condition: the value or values that the device has, in words, those first that decide it; empty: it has none. Of
   * `some`: the record that `parts` are about.
   */
  readonly seen: string[];
  readonly parts: FilterReason[];
}

export const FilterReason = Type.Unsafe<FilterReason>(
  Type.Cyclic(
    {
      Reason: Strict({
        kind: OneOf(REASON_KINDS),
        holds: Type.Boolean(),
        text: Type.String(),
        seen: Type.Array(Type.String()),
        parts: Type.Array(Type.Ref('Reason')),
      }),
    },
    'Reason',
  ),
);

const Definition = {
  description: Type.Optional(Text),
  scope: Type.Optional(Nullable(Type.Array(Id, { maxItems: 1000, uniqueItems: true }))),
  visibleTo: Type.Optional(Nullable(Type.Array(Id, { maxItems: 1000, uniqueItems: true }))),
};
const touchesProfile = ({ profileId }: { profileId?: string | undefined }) =>
  profileId ? { profiles: [profileId] } : {};
const touchesFilter = ({ filterId }: { filterId: string }) => ({ filters: [filterId] });

export const filtersContract = {
  list: declare({
    kind: 'query',
    summary:
      'List filters with their number of devices: the default ones and the System’s, or with a Profile its own and its numbers, or those of all Profiles too, or with a device those that hold it',
    requires: { permission: 'filters' },
    route: 'GET /filters',
    input: Strict({
      profileId: Type.Optional(Id),
      /** Those of every Profile that one sees as well; not together with `profileId`. */
      everywhere: Type.Optional(Type.Boolean()),
      /** Only filters that hold the device: default ones, the System’s and those of its Profile. */
      deviceId: Type.Optional(Id),
    }),
    output: Strict({ items: Type.Array(FilterView) }),
    touches: ({ profileId, deviceId }) => ({
      ...touchesProfile({ profileId }),
      devices: deviceId === undefined ? [] : [deviceId],
    }),
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a filter',
    requires: { permission: 'filters' },
    route: 'GET /filters/:filterId',
    input: Strict({ filterId: Id }),
    output: FilterView,
    touches: touchesFilter,
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a filter',
    requires: { permission: 'filters' },
    route: 'POST /filters',
    input: Strict({ name: Name, profileId: Type.Optional(Id), filter: FilterNode, ...Definition }),
    output: FilterView,
    touches: ({ profileId, scope }) => ({ profiles: [...(profileId ? [profileId] : []), ...(scope ?? [])] }),
    made: ({ id }) => ({ filters: [id] }),
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a filter',
    requires: { permission: 'filters' },
    route: 'PATCH /filters/:filterId',
    input: Strict({ filterId: Id, name: Type.Optional(Name), filter: Type.Optional(FilterNode), ...Definition }),
    output: FilterView,
    touches: ({ filterId, scope }) => ({ filters: [filterId], profiles: scope ?? [] }),
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a filter',
    requires: { permission: 'filters' },
    route: 'DELETE /filters/:filterId',
    input: Strict({ filterId: Id }),
    output: Nothing,
    touches: touchesFilter,
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
      /** Empty for whoever may not view devices. */
      sample: Type.Array(Strict({ id: Id, hostname: Type.String(), profileName: Type.String() })),
    }),
    touches: ({ profileId, scope }) => ({ profiles: [...(profileId ? [profileId] : []), ...(scope ?? [])] }),
  }),
  explain: declare({
    kind: 'query',
    summary: 'Show why a device is in a filter, or is not',
    requires: { permission: 'filters', views: ['devices'] },
    route: 'POST /filters/explain',
    input: Strict({
      deviceId: Id,
      /** One of both: a stored or default filter, or one that is not stored. */
      filterId: Type.Optional(Id),
      filter: Type.Optional(FilterNode),
      /** What confines one that is not stored, as it would when stored. */
      profileId: Type.Optional(Id),
      scope: Definition.scope,
    }),
    output: Strict({ holds: Type.Boolean(), reason: FilterReason }),
    touches: ({ deviceId, filterId, profileId, scope }) => ({
      devices: [deviceId],
      filters: filterId === undefined ? [] : [filterId],
      profiles: [...(profileId ? [profileId] : []), ...(scope ?? [])],
    }),
  }),
};
export interface FiltersApi extends ApiOf<typeof filtersContract> {}
