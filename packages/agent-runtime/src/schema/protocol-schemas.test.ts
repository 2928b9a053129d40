import { readFileSync, writeFileSync } from 'node:fs';
import { Command, checkServerFrame, isRmmError, SERVER_FRAMES } from '@rmm/protocol';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { fitsSchema, type JsonSchema, KEYWORDS } from './fits-schema.js';
import { isCommand, isEnvelope, isServerFrame } from './protocol-schemas.js';
import stored from './protocol-schemas.json' with { type: 'json' };

const frames = Object.fromEntries(Object.entries(SERVER_FRAMES).map(([kind, { schema }]) => [kind, schema]));

const FILE = new URL('./protocol-schemas.json', import.meta.url);

test('the agent’s schemas are the protocol’s (RMM_WRITE_SCHEMAS=1 writes them anew)', () => {
  const current: unknown = JSON.parse(JSON.stringify({ serverFrames: frames, command: Command }));
  if (process.env.RMM_WRITE_SCHEMAS === '1') writeFileSync(FILE, `${JSON.stringify(current, null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(current);
});

test('they use no keyword that the agent’s checker does not know', () => {
  const unknown = new Set<string>();
  const walk = (schema: JsonSchema) => {
    for (const key of Object.keys(schema)) if (!KEYWORDS.has(key)) unknown.add(key);
    const below = [schema.items, ...(schema.anyOf ?? []), ...Object.values(schema.properties ?? {})];
    for (const sub of [...below, ...Object.values(schema.patternProperties ?? {})]) if (sub) walk(sub);
  };
  for (const schema of [...Object.values<JsonSchema>(stored.serverFrames), stored.command]) walk(schema);
  expect([...unknown]).toEqual([]);
});

/** JSON values that fit a schema, or nearly do. */
function values(schema: JsonSchema): fc.Arbitrary<unknown> {
  return near(schema).map((value): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value))));
}

function near(schema: JsonSchema): fc.Arbitrary<unknown> {
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(undefined, -1, 1.5, 2 ** 53, '', null, [], {}));
  return fc.oneof({ weight: 12, arbitrary: fitting(schema) }, { weight: 1, arbitrary: junk });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(near));
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(([name, sub]) => [name, near(sub)] as const);
      const named = fc.record(Object.fromEntries(properties), { requiredKeys: [...(schema.required ?? [])] });
      const free = Object.values(schema.patternProperties ?? {}).map((sub) =>
        fc.dictionary(fc.constantFrom('A', '_b9', 'é', '', '9', 'x'.repeat(128), 'x'.repeat(129)), near(sub), {
          maxKeys: 3,
        }),
      );
      const extra = fc.oneof(
        { weight: 15, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.constant({ extra: 1 }) },
      );
      return fc.tuple(named, extra, ...free).map((parts) => Object.assign({}, ...parts));
    }
    case 'array':
      return fc.array(near(schema.items ?? {}), { maxLength: Math.min(20, (schema.maxItems ?? 18) + 2) });
    case 'string': {
      const max = schema.maxLength ?? 20;
      const lengths = [0, 1, 5, ...(max < 500 ? [max, max + 1] : [])];
      return fc.tuple(fc.constantFrom(...lengths), fc.constantFrom('a', 'é', '😀')).map(([n, c]) => c.repeat(n));
    }
    case 'integer':
      return fc.oneof(
        fc.nat(),
        fc.constantFrom(schema.minimum ?? 0, (schema.minimum ?? 0) - 1, schema.maximum ?? 0, (schema.maximum ?? 0) + 1),
      );
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

describe('the agent’s checker agrees with TypeBox', () => {
  test.each(Object.entries<JsonSchema>(stored.serverFrames))('on %s frames', (kind, schema) => {
    let fitted = 0;
    fc.assert(
      fc.property(values(schema), (value) => {
        const ours = isServerFrame(value);
        if (ours) fitted++;
        expect(ours).toBe(typeboxAccepts(value));
      }),
      { numRuns: 300 },
    );
    expect(fitted, `some ${kind} frames fit`).toBeGreaterThan(5);
  });

  test('on commands', () => {
    let fitted = 0;
    fc.assert(
      fc.property(values(stored.command), (value) => {
        const ours = isCommand(value);
        if (ours) fitted++;
        expect(ours).toBe(Check(Command, value));
        if (ours) expect(isEnvelope(value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(fitted).toBeGreaterThan(5);
  });

  test('on anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(isServerFrame(value)).toBe(typeboxAccepts(value));
      }),
    );
  });
});

test('an own property that is inherited elsewhere is no field', () => {
  expect(fitsSchema({ type: 'object', required: ['toString'] }, {})).toBe(false);
  expect(isServerFrame({ kind: 'toString' })).toBe(false);
});

function typeboxAccepts(value: unknown): boolean {
  try {
    checkServerFrame(value);
    return true;
  } catch (error) {
    if (isRmmError(error, 'FRAME_MALFORMED')) return false;
    throw error;
  }
}
