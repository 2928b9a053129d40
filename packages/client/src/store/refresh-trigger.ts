import { type EventPattern, type LiveEvent, matchesEvent } from '../live/event-message.js';

/** Which events make a query stale: a name or pattern, or one narrowed to events whose data has these values. */
export type RefreshTrigger =
  | EventPattern
  | { readonly event: EventPattern; readonly where: Readonly<Record<string, string>> };

export function triggers(trigger: RefreshTrigger, event: LiveEvent): boolean {
  if (typeof trigger === 'string') return matchesEvent(trigger, event.name);
  if (!matchesEvent(trigger.event, event.name)) return false;
  const data: Readonly<Record<string, unknown>> = event.data;
  return Object.entries(trigger.where).every(([key, value]) => data[key] === value);
}
