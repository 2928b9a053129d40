import { type Static, Type } from 'typebox';
import { AUDIT_SECTION_NAMES, AUDIT_SECTIONS, type AuditSectionName } from '../audit/audit-sections.js';
import { PolicyHash } from '../command/command.js';
import { ERROR_CODES, type ErrorCode } from '../error-codes.js';
import { LIMITS } from '../limits.js';
import { Count, Id, Key, strict, Time, Versions } from '../schema-parts.js';
import { AGENT_WIRE_CODES } from './wire-codes.js';

const Code = Type.Unsafe<ErrorCode>(Type.String({ enum: Object.keys(ERROR_CODES) }));
const Message = Type.String({ maxLength: 2000 });
/** Windows uses all 32 bits, POSIX systems 8; signals come as negative numbers. */
const ExitCode = Type.Integer({ minimum: -0x8000_0000, maximum: 0xffff_ffff });
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
    /** Commands in the agent's journal whose end is not settled; others that it had accepted are lost with an older journal. */
    open: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
    /** Hash of the policies that the agent keeps; absent when it keeps none. */
    policy: Type.Optional(PolicyHash),
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
    /** Characters of this stream that came before; a gap tells of a piece that was lost. */
    offset: Count,
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
    exitCode: Type.Union([ExitCode, Type.Null()]),
    startedAt: Type.Union([Time, Type.Null()]),
    stdout: Output,
    stderr: Output,
    /** What the script wrote in all, bytes; more than the text holds when it was cut. */
    stdoutBytes: Count,
    stderrBytes: Count,
    error: Type.Optional(Type.Object({ code: Code, message: Message }, strict)),
    /** After `policy.apply`: what the agent keeps now, and the types in it that it does not act on. */
    policy: Type.Optional(
      Type.Object(
        { hash: PolicyHash, ignored: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000 }) },
        strict,
      ),
    ),
  },
  strict,
);
export type Finished = Static<typeof Finished>;

const Hashes = Type.Object(
  Object.fromEntries(
    AUDIT_SECTION_NAMES.map((name) => [name, Type.Optional(Type.String({ minLength: 8, maxLength: 64 }))]),
  ) as Record<AuditSectionName, Type.TOptional<Type.TString>>,
  strict,
);
/** What the agent found, by the hash of each section; the server answers with `auditWant`. */
export const AuditOffer = Type.Object({ kind: Type.Literal('auditOffer'), at: Time, hashes: Hashes }, strict);

/** The sections that the server asked for. */
export const AuditData = Type.Object(
  { kind: Type.Literal('auditData'), at: Time, sections: Type.Partial(Type.Object(AUDIT_SECTIONS), strict) },
  strict,
);

/** Agent → server. Wire codes are never reused. */
export const AGENT_FRAMES = {
  hello: { code: AGENT_WIRE_CODES.hello, schema: Hello },
  enrol: { code: AGENT_WIRE_CODES.enrol, schema: Enrol },
  pull: { code: AGENT_WIRE_CODES.pull, schema: Pull },
  accepted: { code: AGENT_WIRE_CODES.accepted, schema: Accepted },
  refused: { code: AGENT_WIRE_CODES.refused, schema: Refused },
  started: { code: AGENT_WIRE_CODES.started, schema: Started },
  output: { code: AGENT_WIRE_CODES.output, schema: OutputChunk },
  finished: { code: AGENT_WIRE_CODES.finished, schema: Finished },
  auditOffer: { code: AGENT_WIRE_CODES.auditOffer, schema: AuditOffer },
  auditData: { code: AGENT_WIRE_CODES.auditData, schema: AuditData },
} as const;

export type AgentFrameKind = keyof typeof AGENT_FRAMES;
export type AgentFrameOf<Kind extends AgentFrameKind> = Static<(typeof AGENT_FRAMES)[Kind]['schema']>;
export type AgentFrame = { [Kind in AgentFrameKind]: AgentFrameOf<Kind> }[AgentFrameKind];
