import { fileURLToPath } from 'node:url';
import type { PolicyEnforcer } from '../policy/policy-enforcer.js';
import type { BackoffOptions } from '../wire/backoff.js';
import { type AgentLog, silentLog } from './agent-log.js';

/** What the agent is doing. */
export type AgentStatus =
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'online'; readonly url: string; readonly deviceId: string }
  /** Not connected; `error` says why, the next attempt is in `retryInMs`. */
  | { readonly state: 'waiting'; readonly error: Error; readonly retryInMs: number };

/** How an agent came to its end. */
export type AgentEnd =
  | { readonly reason: 'stopped' }
  /** The device was deleted: identity and data are removed. */
  | { readonly reason: 'uninstalled' }
  /** It cannot go on without help: the enrolment token is refused. */
  | { readonly reason: 'refused'; readonly error: Error };

export interface AgentOptions {
  /** The agent's folder; made when absent. Only one agent can use it at a time. */
  readonly dataDir: string;
  /** Enrols first when the folder holds no identity yet; otherwise unused. */
  readonly token?: string;
  /** URL of an HTTP proxy; else `HTTPS_PROXY` is heeded. */
  readonly proxy?: string;
  /** Scripts that run at a time; 4 unless told. */
  readonly maxJobs?: number;
  /** Program and arguments that audit this device; the `audit-child` beside this module unless told. */
  readonly auditCommand?: readonly [string, ...string[]];
  /** Act on types of policies besides `agent`; one for each type. */
  readonly policyEnforcers?: readonly PolicyEnforcer[];
  /** Waits between attempts to connect. */
  readonly backoff?: Partial<BackoffOptions>;
  /** Time to connect and to be welcomed, milliseconds; 20,000 unless told. */
  readonly connectMs?: number;
  readonly log?: AgentLog;
  readonly onStatus?: (status: AgentStatus) => void;
}

export const DEFAULTS = { maxJobs: 4, connectMs: 20_000, log: silentLog } as const;

/** Next to this module once built: programs and library lie in one folder. */
export function builtAuditCommand(): readonly [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL('./audit-child.js', import.meta.url))];
}
