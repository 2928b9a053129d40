import type { AgentFrame, ServerFrame } from '@rmm/protocol';
import { AGENT_FRAMES, LIMITS } from '@rmm/protocol';

const at = 1_700_000_000_000;

/** One frame of each kind that an agent sends; a hello first, as in life. */
export const AGENT_SAMPLES: readonly AgentFrame[] = [
  {
    kind: 'hello',
    versions: { min: 1, max: 1 },
    agentVersion: '1.2.3',
    deviceId: 'device',
    nonce: 'nonce',
    proof: 'proof',
    machine: 'machine',
  },
  {
    kind: 'enrol',
    versions: { min: 1, max: 1 },
    agentVersion: '1.2.3',
    tokenId: 'token',
    tokenSecret: 'secret',
    publicKey: 'key',
    nonce: 'nonce',
    proof: 'proof',
    hostname: 'büro-pc',
    platform: 'windows',
  },
  { kind: 'pull', limit: LIMITS.commandsPerPull },
  { kind: 'accepted', ids: ['a', 'b'] },
  { kind: 'refused', id: 'a', at, code: 'INTERPRETER_MISSING', message: 'No ruby here' },
  { kind: 'started', id: 'a', at },
  { kind: 'output', id: 'a', stream: 'stderr', offset: 0, text: 'grüße 😀\n' },
  {
    kind: 'finished',
    id: 'a',
    at,
    outcome: 'failed',
    exitCode: null,
    startedAt: null,
    stdout: '',
    stderr: '',
    stdoutBytes: 0,
    stderrBytes: 0,
    error: { code: 'AGENT_INTERRUPTED', message: 'Power cut' },
  },
  { kind: 'auditOffer', at, hashes: { system: '01234567', software: '89abcdef' } },
  {
    kind: 'auditData',
    at,
    sections: {
      software: {
        packages: Array.from({ length: 2000 }, (_, i) => ({ name: `package-${i}`, version: '1.0', source: 'dpkg' })),
      },
    },
  },
];

/** One frame of each kind that a server sends, but for the goodbye. */
export const SERVER_SAMPLES: readonly ServerFrame[] = [
  { kind: 'challenge', nonce: 'nonce', versions: { min: 1, max: 1 } },
  {
    kind: 'welcome',
    version: 1,
    time: at,
    proof: 'proof',
    heartbeatMs: 120_000,
    auditEveryMs: 86_400_000,
    auditNow: true,
  },
  { kind: 'enrolled', deviceId: 'device', systemId: 'system', proof: 'proof' },
  { kind: 'nudge' },
  { kind: 'commands', items: [{ doc: '{"script":"ü"}'.repeat(5000), sig: 'sig' }], more: true },
  { kind: 'settled', ids: ['a'] },
  { kind: 'auditWant', sections: ['software', 'system'] },
];

/** A small valid frame that carries a number, for telling frames apart. */
export const started = (n: number): AgentFrame => ({ kind: 'started', id: String(n), at: n });

/** A text of which deflating spares a quarter. */
const NOISE = (() => {
  let text = '';
  for (let x = 1; text.length < 100_000; ) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    text += String.fromCharCode(48 + ((x >>> 24) % 64));
  }
  return text;
})();

/** Bytes on the wire that a bulky frame has at least. */
export const BULKY_BYTES = NOISE.length;

/** A frame of an agent with a number, in the wire's undeflated form: deflating would take longer than the test. */
export function bulkyBytes(n: number): Uint8Array {
  const body = { id: String(n), stream: 'stdout', offset: n, text: NOISE };
  return Buffer.concat([Uint8Array.of(AGENT_FRAMES.output.code), Buffer.from(JSON.stringify(body))]);
}

export const bulkyCommand = (n: number): ServerFrame => ({
  kind: 'commands',
  items: [{ doc: NOISE, sig: String(n) }],
  more: false,
});
