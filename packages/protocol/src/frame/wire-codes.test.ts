import { expect, test } from 'vitest';
import { AGENT_FRAMES } from './agent-frames.js';
import { SERVER_FRAMES } from './server-frames.js';
import { AGENT_WIRE_CODES, SERVER_WIRE_CODES } from './wire-codes.js';

test('wire codes are unique across both directions and leave the top bit and zero free', () => {
  const codes = [...Object.values(AGENT_WIRE_CODES), ...Object.values(SERVER_WIRE_CODES)];
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code > 0 && code < 0x80 && Number.isInteger(code)).toBe(true);
});

test('every frame has a schema, its own wire code and the kind it is filed under', () => {
  for (const [frames, codes] of [
    [AGENT_FRAMES, AGENT_WIRE_CODES],
    [SERVER_FRAMES, SERVER_WIRE_CODES],
  ] as const) {
    expect(Object.keys(frames)).toEqual(Object.keys(codes));
    for (const [kind, { code, schema }] of Object.entries(frames)) {
      expect(new Map<string, number>(Object.entries(codes)).get(kind)).toBe(code);
      expect(schema.properties.kind.const).toBe(kind);
    }
  }
});

// A code that once meant something must never mean another thing: extend this list, change nothing in it.
test('published wire codes keep their meaning', () => {
  expect(AGENT_WIRE_CODES).toMatchObject({
    hello: 1,
    enrol: 2,
    pull: 3,
    accepted: 4,
    refused: 5,
    started: 6,
    output: 7,
    finished: 8,
    auditOffer: 9,
    auditData: 10,
  });
  expect(SERVER_WIRE_CODES).toMatchObject({
    challenge: 65,
    welcome: 66,
    enrolled: 67,
    nudge: 68,
    commands: 69,
    settled: 70,
    auditWant: 71,
    goodbye: 72,
  });
});
