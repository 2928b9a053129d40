import { createHash } from 'node:crypto';
import type { TSchema } from 'typebox';

const MASK = '••••';

/** The keywords of JSON Schema that lead to the values inside a value. */
interface Node {
  readonly secret?: boolean;
  readonly digest?: boolean;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node | readonly Node[] | boolean;
  readonly prefixItems?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

type Definitions = Readonly<Record<string, Node>>;

/**
 * A copy of the input for records, in which every field whose schema says `secret` is masked, and texts whose schema says
 * `digest` are told by hash and length.
 */
export function maskSecrets(schema: TSchema, value: unknown): unknown {
  return mask(schema as Node, value, {});
}

function mask(node: Node, value: unknown, outer: Definitions): unknown {
  if (value === undefined || value === null) return value;
  if (node.secret) return MASK;
  if (node.digest && typeof value === 'string') return digestOf(value);
  const definitions = node.$defs ? { ...outer, ...node.$defs } : outer;
  const inside = masked(node, value, definitions);
  // Where several schemas apply, or one of several does, what any of them calls a secret is one.
  return sameValue(node, definitions).reduce((before, schema) => mask(schema, before, definitions), inside);
}

/** SHA-256 in hex and length in bytes, of the text as UTF-8. */
const digestOf = (text: string) => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
});

/** Further schemas of the very same value. */
function sameValue({ $ref, anyOf = [], oneOf = [], allOf = [] }: Node, definitions: Definitions): readonly Node[] {
  const target = $ref === undefined ? undefined : definitions[$ref.slice($ref.lastIndexOf('/') + 1)];
  return [...(target ? [target] : []), ...anyOf, ...oneOf, ...allOf];
}

function masked(node: Node, value: unknown, definitions: Definitions): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => {
      const schema = itemSchema(node, index);
      return schema ? mask(schema, item, definitions) : item;
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      propertySchemas(node, key).reduce((before, schema) => mask(schema, before, definitions), item),
    ]),
  );
}

function itemSchema({ items, prefixItems }: Node, index: number): Node | undefined {
  const listed = prefixItems?.[index] ?? (Array.isArray(items) ? (items as readonly Node[])[index] : undefined);
  if (listed) return listed;
  return typeof items === 'object' && !Array.isArray(items) ? (items as Node) : undefined;
}

function propertySchemas({ properties = {}, patternProperties = {}, additionalProperties }: Node, key: string) {
  const found: Node[] = [];
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own) found.push(own);
  for (const [pattern, schema] of Object.entries(patternProperties)) {
    if (new RegExp(pattern, 'u').test(key)) found.push(schema);
  }
  if (found.length === 0 && typeof additionalProperties === 'object') found.push(additionalProperties);
  return found;
}
