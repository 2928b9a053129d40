import {
  AUDIT_SECTION_NAMES,
  AUDIT_SECTIONS,
  type AuditSectionName,
  ERROR_CODES,
  type ErrorCode,
  LIMITS,
  PolicyHash,
  SignedCommand,
} from '@rmm/protocol';
import { type TString, Type } from 'typebox';
import { declare } from '../operation/contract.js';
import { Id, Nothing, Nullable, OneOf, Secret, Strict, StrictPartial } from '../operation/schema.js';

/** Up to the last moment that a `Date` can hold. */
const Epoch = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Output = Type.String({ maxLength: LIMITS.outputBytes });
const Fault = Strict({
  code: OneOf(Object.keys(ERROR_CODES) as ErrorCode[]),
  message: Type.String({ maxLength: 2000 }),
});
const Machine = Type.Optional(Type.String({ maxLength: 128 }));
const Platform = OneOf(['linux', 'windows', 'macos']);

const SECTION_HASHES = Object.fromEntries(
  AUDIT_SECTION_NAMES.map((name) => [name, Type.String({ minLength: 8, maxLength: 64 })]),
) as Record<AuditSectionName, TString>;

/**
 * What agents do at the door, once their link has proved who they are. None of it is reachable over HTTP. What agents
 * merely report is not in the activity log: executions, change log and events hold it.
 */
export const agentsContract = {
  enrol: declare({
    kind: 'command',
    summary: 'Join a Profile with an enrolment token',
    requires: 'host',
    input: Strict({
      enrolmentId: Id,
      secret: Secret(),
      publicKey: Type.String({ minLength: 1, maxLength: 128 }),
      hostname: Type.String({ minLength: 1, maxLength: 255 }),
      platform: Platform,
      agentVersion: Type.String({ maxLength: 64 }),
      machine: Machine,
      remoteAddress: Type.String({ maxLength: 64 }),
    }),
    output: Strict({ deviceId: Id }),
  }),
  reset: declare({
    kind: 'command',
    summary: 'Mark all devices as offline, at the start of the server',
    requires: 'host',
    recorded: false,
    input: Nothing,
    output: Strict({ devices: Type.Integer() }),
  }),
  connected: declare({
    kind: 'command',
    summary: 'Come online',
    requires: 'agent',
    recorded: false,
    input: Strict({
      agentVersion: Type.String({ maxLength: 64 }),
      machine: Machine,
      remoteAddress: Type.String({ maxLength: 64 }),
      /** Commands in the agent's journal; those given to it that are not there were never accepted, or ended with its journal. */
      open: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
      /** Hash of the policies that the agent keeps. */
      policy: Type.Optional(PolicyHash),
    }),
    output: Strict({ auditNow: Type.Boolean() }),
  }),
  disconnected: declare({
    kind: 'command',
    summary: 'Go offline',
    requires: 'agent',
    recorded: false,
    input: Strict({ lastSeenAt: Epoch }),
    output: Nothing,
  }),
  pull: declare({
    kind: 'query',
    summary: 'Fetch commands that wait',
    requires: 'agent',
    input: Strict({ limit: Type.Integer({ minimum: 1, maximum: LIMITS.commandsPerPull }) }),
    output: Strict({
      items: Type.Array(Strict({ id: Id, isNew: Type.Boolean(), ...SignedCommand.properties })),
      undeliverable: Type.Array(Strict({ id: Id, ...Fault.properties })),
      more: Type.Boolean(),
    }),
  }),
  handOut: declare({
    kind: 'command',
    summary: 'Note that commands are about to be handed over for the first time',
    requires: 'agent',
    recorded: false,
    input: Strict({ ids: Type.Array(Id, { minItems: 1, maxItems: LIMITS.commandsPerPull }) }),
    /** Those that still stand; others were taken back meanwhile. */
    output: Strict({ ids: Type.Array(Id) }),
  }),
  accepted: declare({
    kind: 'command',
    summary: 'Confirm that commands are in the agent’s journal',
    requires: 'agent',
    recorded: false,
    input: Strict({ ids: Type.Array(Id, { minItems: 1, maxItems: LIMITS.commandsPerPull }) }),
    output: Nothing,
  }),
  refused: declare({
    kind: 'command',
    summary: 'Refuse a command',
    requires: 'agent',
    recorded: false,
    input: Strict({ id: Id, at: Epoch, ...Fault.properties }),
    output: Nothing,
  }),
  started: declare({
    kind: 'command',
    summary: 'Report that a script runs',
    requires: 'agent',
    recorded: false,
    input: Strict({ id: Id, at: Epoch }),
    output: Nothing,
  }),
  finished: declare({
    kind: 'command',
    summary: 'Report the end of a command',
    requires: 'agent',
    recorded: false,
    input: Strict({
      id: Id,
      at: Epoch,
      outcome: OneOf(['exited', 'timed-out', 'cancelled', 'failed']),
      exitCode: Nullable(Type.Integer()),
      startedAt: Nullable(Epoch),
      stdout: Output,
      stderr: Output,
      stdoutBytes: Count,
      stderrBytes: Count,
      error: Type.Optional(Fault),
      policy: Type.Optional(Strict({ hash: PolicyHash, ignored: Type.Array(Type.String({ maxLength: 64 })) })),
    }),
    output: Nothing,
  }),
  auditOffer: declare({
    kind: 'command',
    summary: 'Tell by hashes what an audit found',
    requires: 'agent',
    recorded: false,
    input: Strict({ at: Epoch, hashes: StrictPartial(SECTION_HASHES) }),
    output: Strict({ want: Type.Array(OneOf(AUDIT_SECTION_NAMES)) }),
  }),
  auditData: declare({
    kind: 'command',
    summary: 'Hand in sections of an audit',
    requires: 'agent',
    recorded: false,
    input: Strict({ at: Epoch, sections: StrictPartial(AUDIT_SECTIONS) }),
    output: Strict({ changed: Type.Array(OneOf(AUDIT_SECTION_NAMES)) }),
  }),
};
