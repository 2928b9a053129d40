/** The part of JSON Schema that contracts use and this package looks at. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** Contracts type their schemas by what they accept; here they are looked at as the JSON that they are. */
export function asJsonSchema(schema: object): JsonSchema {
  return schema as JsonSchema;
}
