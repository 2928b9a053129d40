import type { TSchema } from 'typebox';

const MASK = '••••';

/** A copy of the input for records, in which every field whose schema says `secret` is masked. */
export function maskSecrets(schema: TSchema, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  const node = schema as { secret?: boolean; properties?: Record<string, TSchema>; items?: TSchema; anyOf?: TSchema[] };
  if (node.secret) return MASK;
  if (node.anyOf) return node.anyOf.reduce<unknown>((masked, option) => maskSecrets(option, masked), value);
  if (Array.isArray(value)) {
    const items = node.items;
    return items ? value.map((item) => maskSecrets(items, item)) : value;
  }
  const properties = node.properties;
  if (typeof value !== 'object' || !properties) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const property = properties[key];
      return [key, property ? maskSecrets(property, item) : item];
    }),
  );
}
