/**
 * How versions are ordered.
 *
 * - `debian`: `[epoch:]upstream[-revision]`, as dpkg (Debian Policy 5.6.12)
 * - `rpm`: `[epoch:]version[-release]`, as `rpmvercmp`, with `~` and `^`
 * - `semver`: Semantic Versioning 2.0.0; a leading `v` is ignored and missing parts count as 0
 * - `windows`: up to four numbers with dots, missing ones count as 0
 * - `generic`: numbers by value, words after; see `compareGeneric`
 */
export const VERSION_SCHEMES = ['debian', 'rpm', 'semver', 'windows', 'generic'] as const;

export type VersionScheme = (typeof VERSION_SCHEMES)[number];

export function isVersionScheme(value: unknown): value is VersionScheme {
  return (VERSION_SCHEMES as readonly unknown[]).includes(value);
}
