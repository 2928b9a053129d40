import fc from 'fast-check';

/** The part of JSON Schema that the protocol's schemas use. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Keeps generated frames small; the limits themselves have tests of their own. */
const LONGEST = 40;
const MOST = 3;

/** Values that fit a schema, among them the awkward ones: any Unicode, lone surrogates, NUL, extreme integers. */
export function schemaArbitrary(schema: SchemaNode): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(schemaArbitrary));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? Number.MIN_SAFE_INTEGER,
        max: schema.maximum ?? Number.MAX_SAFE_INTEGER,
      });
    case 'string':
      return stringArbitrary(schema);
    case 'array':
      return fc.array(schemaArbitrary(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MOST, MOST),
      });
    case 'object':
      return objectArbitrary(schema);
    default:
      throw new Error(`No arbitrary for the schema ${JSON.stringify(schema)}`);
  }
}

/** JSON Schema counts code points, fast-check UTF-16 units: hence the filter. */
function stringArbitrary({ pattern, minLength = 0, maxLength = LONGEST }: SchemaNode): fc.Arbitrary<string> {
  const longest = Math.min(maxLength, LONGEST);
  const awkward = fc.constantFrom('\0', '\ud800', '\udfff', '"', '\\', 'é', '😀');
  const text = pattern
    ? fc.stringMatching(new RegExp(pattern))
    : fc.oneof(
        fc.string({ unit: 'binary', minLength, maxLength: longest }),
        fc.string({ unit: awkward, minLength, maxLength: longest }),
      );
  return text.filter((value) => value.length <= longest && [...value].length >= minLength);
}

function objectArbitrary(schema: SchemaNode): fc.Arbitrary<unknown> {
  const [pattern, values] = Object.entries(schema.patternProperties ?? {})[0] ?? [];
  if (pattern && values) {
    return fc.dictionary(stringArbitrary({ pattern }), schemaArbitrary(values), { maxKeys: MOST });
  }
  const properties = Object.entries(schema.properties ?? {});
  return fc.record(Object.fromEntries(properties.map(([key, value]) => [key, schemaArbitrary(value)])), {
    requiredKeys: [...(schema.required ?? [])],
    noNullPrototype: true,
  });
}
