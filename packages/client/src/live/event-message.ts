import type { RmmEventName, RmmEvents } from '@rmm/core';

/** Payload of an event as a remote listener gets it: without the System's id. */
export type EventData<Name extends RmmEventName> = Omit<RmmEvents[Name], 'systemId'>;

/** One event out of the live stream. Plugins may send names that are not listed. */
export type LiveEvent = {
  [Name in RmmEventName]: { readonly name: Name; readonly at: string; readonly data: EventData<Name> };
}[RmmEventName];

/** An event's name, or its first part with a star: `job.*`; `*` is every event. */
export type EventPattern = RmmEventName | `${string}.*` | '*' | (string & {});

export function matchesEvent(pattern: EventPattern, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** Reads an event off the wire; undefined for anything else. */
export function parseEvent(text: string): LiveEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, at, data } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof at !== 'string' || typeof data !== 'object' || data === null) return undefined;
  return { name, at, data } as LiveEvent;
}
