import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.js';
import { Id, Positive, strict, Time } from '../schema-parts.js';

/** The languages in which a component's script can be written; `shell` is the platform's POSIX shell. */
export const LANGUAGES = [
  'batch',
  'vbscript',
  'jscript',
  'powershell',
  'python',
  'ruby',
  'groovy',
  'shell',
  'bash',
  'javascript',
] as const;
export type Language = (typeof LANGUAGES)[number];
export const Language = Type.Unsafe<Language>(Type.String({ enum: [...LANGUAGES] }));

/** Run a component's script once. */
export const RunJob = Type.Object(
  {
    kind: Type.Literal('job.run'),
    component: Type.Object({ uid: Id, name: Type.String({ maxLength: 255 }) }, strict),
    language: Language,
    script: Type.String({ maxLength: LIMITS.scriptBytes }),
    /** Inputs and variables, given to the script as environment variables. */
    environment: Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
      Type.String({ maxLength: 32_768 }),
      strict,
    ),
    /** After this time the whole process tree is ended, milliseconds. */
    timeoutMs: Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 }),
  },
  strict,
);
export type RunJob = Static<typeof RunJob>;

/** End a running job, or keep it from starting. `target` is the id of the command that ran it. */
export const CancelJob = Type.Object({ kind: Type.Literal('job.cancel'), target: Id }, strict);
/** Audit now. */
export const RunAudit = Type.Object({ kind: Type.Literal('audit.run') }, strict);
/** The device was deleted: remove the agent, its identity and its data. */
export const Uninstall = Type.Object({ kind: Type.Literal('agent.uninstall') }, strict);

/** A type of policy: `windows-update`. */
const PolicyType = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' });
/** How a document of policies is named; agents merely repeat it. */
export const PolicyHash = Type.String({ minLength: 1, maxLength: 64 });

/**
 * What the device has to obey from now on, also while it is offline, until it gets something newer: by type, the settings
 * of all policies that hold for it. Types that are not named set nothing.
 */
export const ApplyPolicy = Type.Object(
  {
    kind: Type.Literal('policy.apply'),
    hash: PolicyHash,
    document: Type.Record(PolicyType, Type.Record(Type.String(), Type.Unknown()), strict),
  },
  strict,
);
export type ApplyPolicy = Static<typeof ApplyPolicy>;

export const CommandBody = Type.Union([RunJob, CancelJob, RunAudit, Uninstall, ApplyPolicy]);
export type CommandBody = Static<typeof CommandBody>;

/** What the System's key signs. An agent runs it at most once, only for itself, and only before it expires. */
export const Command = Type.Object(
  {
    v: Type.Literal(1),
    id: Id,
    systemId: Id,
    deviceId: Id,
    /** Grows with every command of the device; commands at or below the agent's floor are refused. */
    counter: Positive,
    /** Epoch milliseconds, server's clock. */
    issuedAt: Time,
    expiresAt: Time,
    body: CommandBody,
  },
  strict,
);
export type Command = Static<typeof Command>;

/** A command as it travels: the exact text that was signed, and the signature over `signingBytes('command', doc)`, base64url. */
export const SignedCommand = Type.Object(
  { doc: Type.String({ maxLength: LIMITS.commandLength }), sig: Type.String({ maxLength: 128 }) },
  strict,
);
export type SignedCommand = Static<typeof SignedCommand>;
