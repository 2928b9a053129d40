import { type Static, Type } from 'typebox';
import { AUDIT_SECTION_NAMES, type AuditSectionName } from '../audit/audit-sections.js';
import { SignedCommand } from '../command/command.js';
import { ERROR_CODES, type ErrorCode } from '../error-codes.js';
import { LIMITS } from '../limits.js';
import { Count, Id, Key, Positive, strict, Time, Versions } from '../schema-parts.js';
import { SERVER_WIRE_CODES } from './wire-codes.js';

/** The longest period a timer can hold, milliseconds (about 24.8 days). */
const MAX_PERIOD = 0x7fff_ffff;

/** The first frame of a connection. */
export const Challenge = Type.Object(
  {
    kind: Type.Literal('challenge'),
    nonce: Key,
    versions: Versions,
  },
  strict,
);

/** The agent is known. `proof` signs `signingBytes('welcome', nonce of hello + '\n' + deviceId + '\n' + time)` with the System's key. */
export const Welcome = Type.Object(
  {
    kind: Type.Literal('welcome'),
    version: Positive,
    /** Server's clock, epoch milliseconds; commands expire by it. */
    time: Time,
    proof: Key,
    heartbeatMs: Type.Integer({ minimum: 1000, maximum: MAX_PERIOD }),
    /** Period of automatic audits; the guide's is 24 hours. */
    auditEveryMs: Type.Integer({ minimum: 60_000, maximum: MAX_PERIOD }),
    /** True when the server wants an audit at once. */
    auditNow: Type.Boolean(),
  },
  strict,
);

/** The agent has joined; it goes on with `hello` on the same connection, using `nonce`. `proof` signs `signingBytes('enrolled', nonce of enrol + '\n' + deviceId + '\n' + systemId)`. */
export const Enrolled = Type.Object({ kind: Type.Literal('enrolled'), deviceId: Id, systemId: Id, proof: Key }, strict);

/** Something waits: pull. Carries no work. */
export const Nudge = Type.Object({ kind: Type.Literal('nudge') }, strict);

/** Answers a pull. `more`: pull again once these are accepted. */
export const Commands = Type.Object(
  {
    kind: Type.Literal('commands'),
    items: Type.Array(SignedCommand, { maxItems: LIMITS.commandsPerPull }),
    more: Type.Boolean(),
  },
  strict,
);

/** The ends of these commands are stored; the agent may forget them. */
export const Settled = Type.Object(
  { kind: Type.Literal('settled'), ids: Type.Array(Id, { minItems: 1, maxItems: 64 }) },
  strict,
);

/** Answers an offer: the sections whose hash differs from the stored one. Empty: nothing changed. */
export const AuditWant = Type.Object(
  {
    kind: Type.Literal('auditWant'),
    sections: Type.Array(
      Type.Unsafe<AuditSectionName>(Type.Union(AUDIT_SECTION_NAMES.map((name) => Type.Literal(name)))),
      { maxItems: AUDIT_SECTION_NAMES.length },
    ),
  },
  strict,
);

/** The server cannot go on with this link, and closes it. */
export const Goodbye = Type.Object(
  {
    kind: Type.Literal('goodbye'),
    code: Type.Unsafe<ErrorCode>(Type.String({ enum: Object.keys(ERROR_CODES) })),
    message: Type.String({ maxLength: 2000 }),
    retryAfterMs: Type.Optional(Count),
  },
  strict,
);

/** Server → agent. Wire codes are never reused. */
export const SERVER_FRAMES = {
  challenge: { code: SERVER_WIRE_CODES.challenge, schema: Challenge },
  welcome: { code: SERVER_WIRE_CODES.welcome, schema: Welcome },
  enrolled: { code: SERVER_WIRE_CODES.enrolled, schema: Enrolled },
  nudge: { code: SERVER_WIRE_CODES.nudge, schema: Nudge },
  commands: { code: SERVER_WIRE_CODES.commands, schema: Commands },
  settled: { code: SERVER_WIRE_CODES.settled, schema: Settled },
  auditWant: { code: SERVER_WIRE_CODES.auditWant, schema: AuditWant },
  goodbye: { code: SERVER_WIRE_CODES.goodbye, schema: Goodbye },
} as const;

export type ServerFrameKind = keyof typeof SERVER_FRAMES;
export type ServerFrameOf<Kind extends ServerFrameKind> = Static<(typeof SERVER_FRAMES)[Kind]['schema']>;
export type ServerFrame = { [Kind in ServerFrameKind]: ServerFrameOf<Kind> }[ServerFrameKind];
