import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Vitest global set-up: names at the end of the run what `requires()` missed, and in how many test files. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-requires-'));
  const file = join(folder, 'missing');
  project.provide('missingRequirements', file);
  return () => {
    const names = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(folder, { recursive: true, force: true });
    if (names.length === 0) return;
    const counts = [...new Set(names)].sort().map((name) => `${name} (${names.filter((n) => n === name).length})`);
    console.log(`Skipped for want of: ${counts.join(', ')}`);
  };
}
