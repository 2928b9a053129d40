import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAgentFrame, decodeServerFrame, encodeAgentFrame, encodeServerFrame } from '../codec.js';
import { CommandBody } from '../command/command.js';
import { LIMITS } from '../limits.js';
import { isRmmError } from '../rmm-error.js';
import { cpuMs } from '../testing/cpu-ms.js';
import { type SchemaNode, schemaArbitrary } from '../testing/schema-arbitrary.js';
import { AGENT_FRAMES } from './agent-frames.js';
import { checkAgentFrame, checkServerFrame } from './check-frame.js';
import { SERVER_FRAMES } from './server-frames.js';

const DIRECTIONS = [
  {
    frames: AGENT_FRAMES as Readonly<Record<string, { schema: object }>>,
    wire: (frame: unknown) => {
      checkAgentFrame(frame);
      return decodeAgentFrame(encodeAgentFrame(frame));
    },
    check: (frame: unknown) => checkAgentFrame(frame),
  },
  {
    frames: SERVER_FRAMES as Readonly<Record<string, { schema: object }>>,
    wire: (frame: unknown) => {
      checkServerFrame(frame);
      return decodeServerFrame(encodeServerFrame(frame));
    },
    check: (frame: unknown) => checkServerFrame(frame),
  },
];

/** Whether the check says yes; anything but a clean refusal fails the test. */
function fits(check: (frame: unknown) => void, frame: unknown): boolean {
  try {
    check(frame);
    return true;
  } catch (error) {
    expect(isRmmError(error, 'FRAME_MALFORMED')).toBe(true);
    expect((error as Error).message.length).toBeLessThan(500);
    return false;
  }
}

/** Every object in a value with its path, so that each can be spoilt in turn. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}

for (const { frames, wire, check } of DIRECTIONS) {
  for (const [kind, entry] of Object.entries(frames)) {
    const schema: SchemaNode = entry.schema;
    describe(`a ${kind} frame`, () => {
      const frame = schemaArbitrary(schema) as fc.Arbitrary<Record<string, unknown>>;

      test('comes out of the wire as it went in, and fits its schema again', () => {
        fc.assert(
          fc.property(frame, (sent) => {
            const received = wire(sent);
            expect(received).toEqual(sent);
            expect(fits(check, received)).toBe(true);
          }),
          { numRuns: 60 },
        );
      });

      test('is refused with an unknown field anywhere in it', () => {
        const key = fc.constantFrom('extra', '__proto__', 'constructor', 'toString', '');
        fc.assert(
          fc.property(frame, key, fc.nat(), (sent, name, at) => {
            const spoilt = structuredClone(sent);
            const targets = objectsIn(spoilt);
            const target = targets[at % targets.length] ?? spoilt;
            Object.defineProperty(target, name, { value: { polluted: true }, enumerable: true });
            expect(fits(check, spoilt)).toBe(false);
          }),
          { numRuns: 40 },
        );
      });

      test('is refused without a required field, or with a field of another type', () => {
        fc.assert(
          fc.property(frame, fc.nat(), (sent, at) => {
            const names = schema.required ?? [];
            const name = names[at % names.length] ?? 'kind';
            const { [name]: _gone, ...without } = sent;
            expect(fits(check, without)).toBe(false);
            for (const wrong of [undefined, Number.NaN, [[]], () => 0, { a: 1 }]) {
              expect(fits(check, { ...sent, [name]: wrong })).toBe(false);
            }
          }),
          { numRuns: 20 },
        );
      });
    });
  }
}

const started = { kind: 'started', id: 'x', at: 0 };

test('numbers that storage could not hold are refused', () => {
  for (const at of [-1, 0.5, 2 ** 53, 1e300, Number.POSITIVE_INFINITY]) {
    expect(fits(checkAgentFrame, { ...started, at })).toBe(false);
  }
});

test('texts are limited by code points, up to the limit and no further', () => {
  const id = '😀'.repeat(64);
  expect(fits(checkAgentFrame, { ...started, id })).toBe(true);
  expect(fits(checkAgentFrame, { ...started, id: `${id}x` })).toBe(false);
});

test('a refusal names the kind and the field', () => {
  expect(() => checkAgentFrame({ ...started, at: 'now' })).toThrow(/started frame.*\/at /);
  expect(() => checkServerFrame(started)).toThrow(/Unknown kind of frame "started"/);
});

test('what is no frame at all is refused', () => {
  for (const junk of [null, undefined, 1, 'hello', [], {}, { kind: 'toString' }, { kind: '__proto__' }, { kind: 7 }]) {
    expect(fits(checkAgentFrame, junk)).toBe(false);
    expect(fits(checkServerFrame, junk)).toBe(false);
  }
});

test('a list with twenty thousand wrong entries is refused in a moment', () => {
  const packages = Array.from({ length: LIMITS.auditListItems }, () => ({ name: 1, version: 2, source: 3, extra: 4 }));
  const frame = { kind: 'auditData', at: 0, sections: { software: { packages } } };
  expect(cpuMs(() => expect(fits(checkAgentFrame, frame)).toBe(false))).toBeLessThan(1000);
});

test('the environment of a job takes names that a shell takes, and no others', () => {
  const environment = CommandBody.anyOf[0].properties.environment as SchemaNode;
  fc.assert(
    fc.property(schemaArbitrary(environment), (variables) => {
      for (const name of Object.keys(variables as object)) expect(name).toMatch(/^[A-Za-z_]\w{0,127}$/);
    }),
  );
  expect(environment).toMatchObject({ additionalProperties: false });
});

test('a kind that is no text, and cannot be made one, is refused like any other', () => {
  for (const kind of [{ toString: null }, ['hello'], 7, null]) {
    expect(fits(checkAgentFrame, { kind })).toBe(false);
    expect(fits(checkServerFrame, { kind })).toBe(false);
  }
});
