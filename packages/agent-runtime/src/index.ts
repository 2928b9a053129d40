export { type Agent, createAgent } from './agent/agent.js';
export type { AgentLog } from './agent/agent-log.js';
export type { AgentEnd, AgentOptions, AgentStatus } from './agent/agent-options.js';
export { enrolOnly } from './agent/enrol-only.js';
export type { Identity, ServerAddress } from './identity/identity.js';
export type { PolicyEnforcer, PolicySettings } from './policy/policy-enforcer.js';
export { AGENT_VERSION } from './version.js';
export type { BackoffOptions } from './wire/backoff.js';
