import { canonicalJson } from '@rmm/protocol';
import type { FuncKeywordDefinition } from 'ajv';

type DataValidate = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;

/**
 * JSON Schema's `uniqueItems` in one pass over the list. Ajv compares each object with each other one, also in a list that
 * is too long: forty thousand of them, one request, would keep the server busy for a minute.
 */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: true,
  compile: (wanted: boolean) => {
    const validate: DataValidate = (list: readonly unknown[]) => {
      const repeated = wanted ? firstRepeated(list) : undefined;
      if (!repeated) return true;
      const [at, first] = repeated;
      const message = `must NOT have duplicate items (items ## ${at} and ${first} are identical)`;
      validate.errors = [{ keyword: 'uniqueItems', message, params: { i: at, j: first } }];
      return false;
    };
    return validate;
  },
};

/** Where an item stands that is there before, and where. */
function firstRepeated(list: readonly unknown[]): readonly [at: number, first: number] | undefined {
  const known = new Map<string, number>();
  for (const [at, item] of list.entries()) {
    const key = canonicalJson(item);
    const first = known.get(key);
    if (first !== undefined) return [at, first];
    known.set(key, at);
  }
  return undefined;
}
