import { compareDebian } from './compare-debian.js';
import { compareGeneric } from './compare-generic.js';
import { compareRpm } from './compare-rpm.js';
import { compareSemver } from './compare-semver.js';
import { compareWindows } from './compare-windows.js';
import type { VersionScheme } from './version-scheme.js';

/**
 * Negative, zero or positive, as `a` is older than, as old as or newer than `b`. Blanks around are ignored. Where a side
 * does not have the form of `semver` or `windows`, the generic order is used, so that every pair has an answer.
 */
export function compareVersions(a: string, b: string, scheme: VersionScheme): number {
  const left = a.trim();
  const right = b.trim();
  switch (scheme) {
    case 'debian':
      return compareDebian(left, right);
    case 'rpm':
      return compareRpm(left, right);
    case 'semver':
      return compareSemver(left, right) ?? compareGeneric(left, right);
    case 'windows':
      return compareWindows(left, right) ?? compareGeneric(left, right);
    case 'generic':
      return compareGeneric(left, right);
  }
}
