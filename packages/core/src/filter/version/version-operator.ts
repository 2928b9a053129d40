import { compareVersions } from './compare-versions.js';
import type { VersionScheme } from './version-scheme.js';

export type VersionOperator = 'versionBelow' | 'versionAtMost' | 'versionEquals' | 'versionAtLeast' | 'versionAbove';

/** Whether `version` stands in this relation to `than`. */
export function versionHolds(operator: VersionOperator, version: string, than: string, scheme: VersionScheme): boolean {
  const order = compareVersions(version, than, scheme);
  switch (operator) {
    case 'versionBelow':
      return order < 0;
    case 'versionAtMost':
      return order <= 0;
    case 'versionEquals':
      return order === 0;
    case 'versionAtLeast':
      return order >= 0;
    case 'versionAbove':
      return order > 0;
  }
}
