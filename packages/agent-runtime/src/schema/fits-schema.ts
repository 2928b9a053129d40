/** The part of JSON Schema that the protocol's frames and commands use; a test holds the two together. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Keywords that {@link fitsSchema} understands. */
export const KEYWORDS: ReadonlySet<string> = new Set<keyof JsonSchema>([
  'type',
  'const',
  'enum',
  'anyOf',
  'properties',
  'patternProperties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
]);

/**
 * Whether a value fits a schema.
 *
 * The checkers at hand cost a resident agent 4 MB (TypeBox's, interpreting) to 10 MB (ajv), for a few frames an hour.
 */
export function fitsSchema(schema: JsonSchema, value: unknown): boolean {
  if ('const' in schema && value !== schema.const) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.anyOf && !schema.anyOf.some((branch) => fitsSchema(branch, value))) return false;
  switch (schema.type) {
    case undefined:
      return true;
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && fitsObject(schema, value);
    case 'array':
      return Array.isArray(value) && fitsArray(schema, value);
    case 'string':
      return typeof value === 'string' && fitsString(schema, value);
    case 'integer':
      return Number.isInteger(value) && fitsNumber(schema, Number(value));
    case 'number':
      return typeof value === 'number' && fitsNumber(schema, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    default:
      return false;
  }
}

function fitsObject(schema: JsonSchema, value: object): boolean {
  if (schema.required?.some((name) => !Object.hasOwn(value, name))) return false;
  const patterns = Object.entries(schema.patternProperties ?? {});
  return Object.entries(value).every(([name, item]) => {
    const named = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (named) return fitsSchema(named, item);
    const matching = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name));
    if (matching.length === 0) return schema.additionalProperties !== false;
    return matching.every(([, sub]) => fitsSchema(sub, item));
  });
}

function fitsArray({ items, minItems = 0, maxItems = Infinity }: JsonSchema, value: readonly unknown[]): boolean {
  if (value.length < minItems || value.length > maxItems) return false;
  return items === undefined || value.every((item) => fitsSchema(items, item));
}

function fitsString({ minLength = 0, maxLength = Infinity, pattern }: JsonSchema, value: string): boolean {
  // Characters are code points; a text of few enough code units has few enough of them.
  if (value.length > maxLength && (value.length > 2 * maxLength || [...value].length > maxLength)) return false;
  if (value.length < minLength || (value.length < 2 * minLength && [...value].length < minLength)) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(value);
}

function fitsNumber({ minimum = -Infinity, maximum = Infinity }: JsonSchema, value: number): boolean {
  return value >= minimum && value <= maximum;
}
