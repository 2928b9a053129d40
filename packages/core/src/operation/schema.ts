import { LIMITS } from '@rmm/protocol';
import { type Static, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox';

/** An object that refuses unknown fields. */
export const Strict = <Properties extends TProperties>(properties: Properties, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** The same with every field optional. `Type.Partial` alone would let unknown fields in again. */
export const StrictPartial = <Properties extends TProperties>(properties: Properties) =>
  Type.Partial(Type.Object(properties), { additionalProperties: false });

/**
 * A schema under the name of its type, which must be the same. Declarations, and editors, then tell that name wherever the
 * schema is used, in place of all its fields: `interface Device extends Static<typeof DeviceSchema> {}`.
 */
export const Named = <View extends Static<Schema>, Schema extends TSchema>(
  schema: Static<Schema> extends View ? Schema : never,
): TUnsafe<View> => Type.Unsafe<View>(schema);

/** The id of anything the server made. */
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
/** ISO 8601 in UTC, as in `2026-11-21T09:30:00.000Z`. */
export const Time = Type.String({ format: 'date-time' });
/** A one-line name. */
export const Name = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });
export const Text = Type.String({ maxLength: 4000 });
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
export const Ids = Type.Array(Id, { minItems: 1, maxItems: 10_000, uniqueItems: true });
/** A value that is masked in every record and never shown again. */
export const Secret = (options: object = {}) =>
  Type.String({ minLength: 1, maxLength: 32_768, ...options, secret: true });
/** A script. Records keep its hash and length: scripts may hold anything, and records are read by others and go elsewhere. */
export const Script = Type.String({ minLength: 1, maxLength: LIMITS.scriptBytes, digest: true });
/** A value out of a fixed list. */
export const OneOf = <const Values extends readonly string[]>(values: Values, options: object = {}) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], ...options }));

/** Paging by position, for lists that can be sorted by anything. */
export const Page = {
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
} as const;
/** Paging by the last row seen, for lists that grow at one end. `cursor` is opaque. */
export const Cursor = {
  cursor: Type.Optional(Type.String({ maxLength: 1000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
} as const;

export const Nothing = Strict({});
