import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { programs } from '../../tsup.programs.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The agent's programs, built from the sources as they are published. */
export interface BuiltPrograms {
  readonly agent: string;
  readonly auditChild: string;
  remove(): void;
}

export async function buildPrograms(): Promise<BuiltPrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-programs-'));
  const absolute = (path: string) => join(packageFolder, path);
  for (const options of programs) {
    await build({
      ...options,
      entry: (Array.isArray(options.entry) ? options.entry : []).map(absolute),
      tsconfig: absolute('../../tsconfig.json'),
      outDir: folder,
      config: false,
      sourcemap: false,
      silent: true,
    });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return {
    agent: join(folder, 'rmm-agent.cjs'),
    auditChild: join(folder, 'audit-child.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
