import { type Answer, useQuery } from '../../state/client-context.js';
import type { PolicyChange, PolicyPlan } from '../model/policy-views.js';

const PLAN_EVENTS = [
  'policy.*',
  'device.enrolled',
  'device.changed',
  'device.suspended',
  'device.restored',
  'filter.*',
  'group.changed',
  'profile.changed',
];
/** Devices named in a plan at first. */
export const PLANNED_DEVICES = 100;

/** What a change would do, kept fresh while it is shown. */
export function usePlan(change: PolicyChange, limit = PLANNED_DEVICES): Answer<PolicyPlan> {
  return useQuery('policies.plan', { change, limit }, PLAN_EVENTS);
}
