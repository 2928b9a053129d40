import { hasRelease } from './compare-rpm.js';
import { isSemver } from './compare-semver.js';
import { isWindowsVersion } from './compare-windows.js';
import type { VersionScheme } from './version-scheme.js';

/**
 * Versions of one scheme fall into at most two lanes. Only within a lane they can be sorted: RPM ignores releases where
 * one side has none, so `1-1` equals `1` equals `1-2`; and what has not the form of a scheme is compared otherwise.
 */
export type VersionLane = 0 | 1;

export function versionLane(version: string, scheme: VersionScheme): VersionLane {
  const text = version.trim();
  switch (scheme) {
    case 'rpm':
      return hasRelease(text) ? 1 : 0;
    case 'semver':
      return isSemver(text) ? 0 : 1;
    case 'windows':
      return isWindowsVersion(text) ? 0 : 1;
    default:
      return 0;
  }
}

/**
 * The scheme by whose lanes a term can be searched: a term that has not the form of its scheme is compared with every
 * version in the generic order.
 */
export function searchScheme(term: string, scheme: VersionScheme): VersionScheme {
  return scheme !== 'rpm' && versionLane(term, scheme) === 1 ? 'generic' : scheme;
}
