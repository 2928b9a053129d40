import type { Policy, PolicyPlace } from './policy-views.js';

/** The list that a policy stands in. */
export function listPath({ level, profileId, deviceId }: PolicyPlace): string {
  if (level === 'device') return `/devices/${deviceId}/policies`;
  return level === 'profile' ? `/profiles/${profileId}/policies` : '/system/policies';
}

export function placeOf({ level, profileId, deviceId }: Policy): PolicyPlace {
  return { level, ...(profileId !== null && { profileId }), ...(deviceId !== null && { deviceId }) };
}

/** Where a policy that is not stored yet is edited. */
export function newPolicyPath(place: PolicyPlace, start: { type: string; name: string; copyOf?: string }): string {
  const { level, profileId, deviceId } = place;
  const query = new URLSearchParams({ level, type: start.type, name: start.name });
  if (profileId) query.set('profile', profileId);
  if (deviceId) query.set('device', deviceId);
  if (start.copyOf) query.set('copy', start.copyOf);
  return `/policies/new?${query}`;
}

/** What such an address says. */
export function readPlace(query: URLSearchParams): PolicyPlace {
  const [profileId, deviceId] = [query.get('profile'), query.get('device')];
  if (deviceId) return { level: 'device', deviceId };
  return profileId ? { level: 'profile', profileId } : { level: 'system' };
}
