// Fails when package-lock.json would not install elsewhere: a platform package without an entry makes `npm ci` fail,
// and an address would bind everybody to the registry of whoever wrote the lock.
import { readFileSync } from 'node:fs';
import { isMain } from './is-main.js';

/** The parts of package-lock.json that the guard reads. */
export interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

export const lockFile = new URL('../package-lock.json', import.meta.url);

/** Problems of a lock file, one sentence each; none means complete and free of addresses. */
export function lockProblems(lock: LockFile): string[] {
  const entries = Object.entries(lock.packages);
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isReachable(lock, path, name))
      .map((name) => `${path || 'The root'} lists optional ${name}, which has no entry: use a version served in full.`),
  );
  const addressed = entries
    .filter(([, entry]) => /^[a-z+]+:/i.test(entry.resolved ?? ''))
    .map(([path]) => `${path} has an address: install with omit-lockfile-registry-resolved=true.`);
  return [...missing, ...addressed];
}

/** Looks where Node's resolution looks: in the package's own node_modules, then in each one further up. */
function isReachable(lock: LockFile, from: string, name: string): boolean {
  for (let base = from; base !== ''; base = parent(base)) {
    if (`${base}/node_modules/${name}` in lock.packages) return true;
  }
  return `node_modules/${name}` in lock.packages;
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));
}

if (isMain(import.meta.url)) {
  const problems = lockProblems(JSON.parse(readFileSync(lockFile, 'utf8')) as LockFile);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
