/** What tests of hosts, plugins and adapters need: a server whose time and chance they control. */

export { AgentDisk, type AgentIdentity, type AgentKeys, type JournalEntry } from './testing/agent-disk.js';
export type { Carry } from './testing/carry.js';
export type { MemoryLink, MemoryPeer } from './testing/memory-link.js';
export { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from './testing/memory-transport.js';
export { sampleAudit } from './testing/sample-audit.js';
export { seededIds } from './testing/seeded-ids.js';
export { silentTransport } from './testing/silent-transport.js';
export { SimulatedAgent } from './testing/simulated-agent.js';
export type { CrashPoint, ScriptOutcome, SimulatedAgentOptions } from './testing/simulated-agent-options.js';
export { TestAgent } from './testing/test-agent.js';
export { type TestRmm, testRmm } from './testing/test-rmm.js';
export { type VirtualClock, virtualClock } from './testing/virtual-clock.js';
