export { CORE_CONTRACTS, type RmmApi } from './core-api.js';
export type { RmmEventName, RmmEvents } from './event/rmm-events.js';
