import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A package that is published. */
export interface PublishedPackage {
  /** Folder name, such as `adapters-sql`. */
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** Entry names without extension as built to dist: `index`, `ports` … */
  readonly entries: readonly string[];
}

interface Manifest {
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
}

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every published package with its entries, by name. */
export function publishedPackages(): PublishedPackage[] {
  const parent = join(root, 'packages');
  return readdirSync(parent)
    .filter((name) => existsSync(join(parent, name, 'package.json')))
    .sort()
    .map((name) => ({ name, folder: join(parent, name), entries: entriesOf(join(parent, name)) }));
}

function entriesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return Object.values(manifest.exports ?? {})
    .map((target) => (typeof target === 'string' ? target : target.default))
    .flatMap((target) => /^\.\/dist\/(.+)\.js$/.exec(target)?.[1] ?? []);
}
