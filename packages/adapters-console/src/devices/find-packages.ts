import type { Audit } from '@rmm/client';

export type Package = NonNullable<Audit['sections']['software']>['packages'][number];

/** The packages whose name, version or publisher holds every word; those whose name begins with the text come first. */
export function findPackages(packages: readonly Package[], text: string): readonly Package[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return packages;
  const words = wanted.split(/\s+/);
  const found = packages.filter(({ name, version, publisher = '' }) => {
    const hay = `${name} ${version} ${publisher}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const begins = ({ name }: Package) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
