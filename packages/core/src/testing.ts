/** What tests of hosts, plugins and adapters need: a server whose time and chance they control. */

export { sampleAudit } from './testing/sample-audit.js';
export { seededIds } from './testing/seeded-ids.js';
export { silentTransport } from './testing/silent-transport.js';
export { TestAgent } from './testing/test-agent.js';
export { type TestRmm, testRmm } from './testing/test-rmm.js';
export { type VirtualClock, virtualClock } from './testing/virtual-clock.js';
