import { serviceRef } from '../plugin/service-ref.js';
import type { FactService } from './fact-service.js';

/** The facts about devices, for every feature that changes or selects devices. */
export const factsRef = serviceRef<FactService>('filter.facts');
