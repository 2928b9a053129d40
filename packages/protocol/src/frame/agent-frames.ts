import { type Static, Type } from 'typebox';
import { AUDIT_SECTIONS } from '../audit/audit-sections.js';
import { ERROR_CODES, type ErrorCode } from '../error-codes.js';
import { LIMITS } from '../limits.js';

const strict = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 64 });
const Key = Type.String({ minLength: 1, maxLength: 128 });
const Time = Type.Integer({ minimum: 0 });
const Versions = Type.Object({ min: Type.Integer({ minimum: 1 }), max: Type.Integer({ minimum: 1 }) }, strict);
const Code = Type.Unsafe<ErrorCode>(Type.String({ enum: Object.keys(ERROR_CODES) }));
const Message = Type.String({ maxLength: 2000 });
const Output = Type.String({ maxLength: LIMITS.outputBytes });

/** An enrolled agent presents itself. `proof` signs `signingBytes('hello', nonce + '\n' + deviceId)` with the agent's key. */
export const Hello = Type.Object(
  {
    kind: Type.Literal('hello'),
    versions: Versions,
    agentVersion: Type.String({ maxLength: 64 }),
    deviceId: Id,
    /** Answered by the server's own proof in `welcome`. */
    nonce: Key,
    proof: Key,
    /** A hash of the hardware's and the installation's ids; a change of it hints at a clone. */
    machine: Type.Optional(Key),
  },
  strict,
);

/** A new agent asks to join. `proof` signs `signingBytes('enrol', nonce of the challenge + '\n' + publicKey)`. Repeating it with the same key is harmless. */
export const Enrol = Type.Object(
  {
    kind: Type.Literal('enrol'),
    versions: Versions,
    agentVersion: Type.String({ maxLength: 64 }),
    tokenId: Id,
    tokenSecret: Key,
    publicKey: Key,
    nonce: Key,
    proof: Key,
    hostname: Type.String({ minLength: 1, maxLength: 255 }),
    platform: Type.Union([Type.Literal('linux'), Type.Literal('windows'), Type.Literal('macos')]),
    machine: Type.Optional(Key),
  },
  strict,
);

/** Asks for commands that wait; the server answers with `commands`. */
export const Pull = Type.Object(
  { kind: Type.Literal('pull'), limit: Type.Integer({ minimum: 1, maximum: LIMITS.commandsPerPull }) },
  strict,
);

/** The commands are journalled and will reach exactly one end. */
export const Accepted = Type.Object(
  { kind: Type.Literal('accepted'), ids: Type.Array(Id, { minItems: 1, maxItems: LIMITS.commandsPerPull }) },
  strict,
);

/** The command will not run. Answered by `settled`. */
export const Refused = Type.Object(
  { kind: Type.Literal('refused'), id: Id, at: Time, code: Code, message: Message },
  strict,
);

/** The script runs. */
export const Started = Type.Object({ kind: Type.Literal('started'), id: Id, at: Time }, strict);

/** A piece of a running script's output, for watching; it may be lost, the whole comes with `finished`. */
export const OutputChunk = Type.Object(
  {
    kind: Type.Literal('output'),
    id: Id,
    stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
    offset: Type.Integer({ minimum: 0 }),
    text: Output,
  },
  strict,
);

/** The end of a command; sent again until `settled` names it. */
export const Finished = Type.Object(
  {
    kind: Type.Literal('finished'),
    id: Id,
    at: Time,
    /** `failed`: it could not be started or was interrupted; `error` says why. */
    outcome: Type.Union([
      Type.Literal('exited'),
      Type.Literal('timed-out'),
      Type.Literal('cancelled'),
      Type.Literal('failed'),
    ]),
    exitCode: Type.Union([Type.Integer(), Type.Null()]),
    startedAt: Type.Union([Time, Type.Null()]),
    stdout: Output,
    stderr: Output,
    /** What the script wrote in all, bytes; more than the text holds when it was cut. */
    stdoutBytes: Type.Integer({ minimum: 0 }),
    stderrBytes: Type.Integer({ minimum: 0 }),
    error: Type.Optional(Type.Object({ code: Code, message: Message }, strict)),
  },
  strict,
);
export type Finished = Static<typeof Finished>;

const Hashes = Type.Partial(
  Type.Object(
    Object.fromEntries(
      Object.keys(AUDIT_SECTIONS).map((name) => [name, Type.String({ minLength: 8, maxLength: 64 })]),
    ) as Record<keyof typeof AUDIT_SECTIONS, ReturnType<typeof Type.String>>,
    strict,
  ),
);
/** What the agent found, by the hash of each section; the server answers with `auditWant`. */
export const AuditOffer = Type.Object({ kind: Type.Literal('auditOffer'), at: Time, hashes: Hashes }, strict);

/** The sections that the server asked for. */
export const AuditData = Type.Object(
  { kind: Type.Literal('auditData'), at: Time, sections: Type.Partial(Type.Object(AUDIT_SECTIONS, strict)) },
  strict,
);

/** Agent → server. Wire codes are never reused. */
export const AGENT_FRAMES = {
  hello: { code: 1, schema: Hello },
  enrol: { code: 2, schema: Enrol },
  pull: { code: 3, schema: Pull },
  accepted: { code: 4, schema: Accepted },
  refused: { code: 5, schema: Refused },
  started: { code: 6, schema: Started },
  output: { code: 7, schema: OutputChunk },
  finished: { code: 8, schema: Finished },
  auditOffer: { code: 9, schema: AuditOffer },
  auditData: { code: 10, schema: AuditData },
} as const;

export type AgentFrameKind = keyof typeof AGENT_FRAMES;
export type AgentFrameOf<Kind extends AgentFrameKind> = Static<(typeof AGENT_FRAMES)[Kind]['schema']>;
export type AgentFrame = { [Kind in AgentFrameKind]: AgentFrameOf<Kind> }[AgentFrameKind];
