import { appendFileSync } from 'node:fs';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** File that collects the names of missing requirements of one test run. */
    missingRequirements: string;
  }
}

/**
 * Tells whether something a test cannot do without (a program, a server) is here, for `describe.runIf` and `test.runIf`:
 *
 *     describe.runIf(requires('PostgreSQL', url !== undefined))('storage on PostgreSQL', () => …);
 *
 * What is missing is named in one line at the end of the run, so that a skip is never silent.
 *
 * @param name - what is needed, as a person would name it
 * @param present - whether it was found
 * @returns `present`
 * @throws Error under `CI_REQUIRE_ALL=1` when it is missing: there every test must run
 */
export function requires(name: string, present: boolean): boolean {
  if (present) return true;
  if (process.env.CI_REQUIRE_ALL === '1') {
    throw new Error(`${name} is missing, and CI_REQUIRE_ALL=1 lets no test be skipped: install or start it.`);
  }
  appendFileSync(inject('missingRequirements'), `${name}\n`);
  return false;
}
