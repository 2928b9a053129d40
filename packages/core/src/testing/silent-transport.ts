import type { AgentEndpoint, AgentTransport } from '../port/agent-transport.js';

/** A transport that no agent ever comes through; what it says of itself goes into enrolment tokens. */
export function silentTransport(endpoint: AgentEndpoint = { urls: ['wss://rmm.example/agent'] }): AgentTransport {
  return {
    id: 'silent',
    contract: 1,
    start: async () => undefined,
    endpoint: () => endpoint,
    stop: async () => undefined,
  };
}
