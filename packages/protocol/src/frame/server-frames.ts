import { type Static, Type } from 'typebox';
import { AUDIT_SECTION_NAMES } from '../audit/audit-sections.js';
import { SignedCommand } from '../command/command.js';
import { ERROR_CODES, type ErrorCode } from '../error-codes.js';
import { LIMITS } from '../limits.js';

const strict = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 64 });
const Key = Type.String({ minLength: 1, maxLength: 128 });
const Time = Type.Integer({ minimum: 0 });

/** The first frame of a connection. */
export const Challenge = Type.Object(
  {
    kind: Type.Literal('challenge'),
    nonce: Key,
    versions: Type.Object({ min: Type.Integer({ minimum: 1 }), max: Type.Integer({ minimum: 1 }) }, strict),
  },
  strict,
);

/** The agent is known. `proof` signs `signingBytes('welcome', nonce of hello + '\n' + deviceId + '\n' + time)` with the System's key. */
export const Welcome = Type.Object(
  {
    kind: Type.Literal('welcome'),
    version: Type.Integer({ minimum: 1 }),
    /** Server's clock, epoch milliseconds; commands expire by it. */
    time: Time,
    proof: Key,
    heartbeatMs: Type.Integer({ minimum: 1000 }),
    /** Period of automatic audits; the guide's is 24 hours. */
    auditEveryMs: Type.Integer({ minimum: 60_000 }),
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
    sections: Type.Array(Type.Union(AUDIT_SECTION_NAMES.map((name) => Type.Literal(name)))),
  },
  strict,
);

/** The server cannot go on with this link, and closes it. */
export const Goodbye = Type.Object(
  {
    kind: Type.Literal('goodbye'),
    code: Type.Unsafe<ErrorCode>(Type.String({ enum: Object.keys(ERROR_CODES) })),
    message: Type.String({ maxLength: 2000 }),
    retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  strict,
);

/** Server → agent. Wire codes are never reused. */
export const SERVER_FRAMES = {
  challenge: { code: 65, schema: Challenge },
  welcome: { code: 66, schema: Welcome },
  enrolled: { code: 67, schema: Enrolled },
  nudge: { code: 68, schema: Nudge },
  commands: { code: 69, schema: Commands },
  settled: { code: 70, schema: Settled },
  auditWant: { code: 71, schema: AuditWant },
  goodbye: { code: 72, schema: Goodbye },
} as const;

export type ServerFrameKind = keyof typeof SERVER_FRAMES;
export type ServerFrameOf<Kind extends ServerFrameKind> = Static<(typeof SERVER_FRAMES)[Kind]['schema']>;
export type ServerFrame = { [Kind in ServerFrameKind]: ServerFrameOf<Kind> }[ServerFrameKind];
