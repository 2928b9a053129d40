import type { JsonSchema } from '../input/json-schema.js';

/**
 * Turns contracts' schemas into schemas of an OpenAPI 3.1 document: named definitions move to the document's components,
 * and the mark of secrets becomes `writeOnly`; that of what records keep only a hash of is left out.
 */
export class ApiSchemas {
  /** The named definitions met so far. */
  readonly named: Record<string, unknown> = {};

  convert(schema: JsonSchema): unknown {
    return this.#walk(schema);
  }

  #walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (typeof value !== 'object' || value === null) return value;
    const result: Record<string, unknown> = {};
    for (const [keyword, part] of Object.entries(value)) {
      if (keyword === '$defs') this.#name(part);
      else if (keyword === '$ref') result.$ref = `#/components/schemas/${String(part).replace(/^#\/\$defs\//, '')}`;
      else if (keyword === 'secret') result.writeOnly = true;
      else if (keyword === 'properties') result.properties = this.#properties(part);
      else if (keyword !== '$id' && keyword !== 'digest') result[keyword] = this.#walk(part);
    }
    return result;
  }

  /** Fields may be named like keywords. */
  #properties(properties: unknown): unknown {
    const entries = Object.entries(properties as Record<string, unknown>);
    return Object.fromEntries(entries.map(([name, schema]) => [name, this.#walk(schema)]));
  }

  #name(definitions: unknown): void {
    for (const [name, schema] of Object.entries(definitions as Record<string, unknown>)) {
      if (name in this.named) continue;
      this.named[name] = {};
      this.named[name] = this.#walk(schema);
    }
  }
}
