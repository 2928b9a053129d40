import { plural } from '../format/words.js';
import type { Visibility, VisibilitySet } from './role-draft.js';

const parts = ({ profiles, groups, filters }: VisibilitySet): string =>
  [
    ...(profiles.length > 0 ? [plural(profiles.length, 'Profile')] : []),
    ...(groups.length > 0 ? [plural(groups.length, 'group')] : []),
    ...(filters.length > 0 ? [plural(filters.length, 'filter')] : []),
  ].join(', ');

/** `Everything`, `3 Profiles, 2 filters, without 1 group`, `No devices`. */
export function describeVisibility({ include, exclude }: Visibility): string {
  const included = include === null ? 'Everything' : parts(include) || 'No devices';
  const excluded = parts(exclude);
  return excluded ? `${included}, without ${excluded}` : included;
}
