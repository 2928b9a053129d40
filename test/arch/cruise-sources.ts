import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { CRUISE_OPTIONS } from './dependency-rules.js';

/** An import that breaks a rule. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  /** The imported file, or the whole way round a cycle. */
  readonly to: string;
}

/** What the import rules say of a tree. */
export interface Verdict {
  /** Source files read, relative to the tree. */
  readonly modules: readonly string[];
  readonly violations: readonly Violation[];
}

/**
 * Follows the imports of a monorepo's packages and examples, type-only ones too. Once a process: dependency-cruiser keeps the
 * first path mapping, and takes it relative to the working directory.
 */
export async function cruiseSources(tree: string): Promise<Verdict> {
  const before = process.cwd();
  process.chdir(tree);
  try {
    const tsConfig = join(tree, 'tsconfig.json');
    const { output } = await cruise(
      ['packages', 'examples'],
      { ...CRUISE_OPTIONS, tsConfig: { fileName: tsConfig } },
      undefined,
      { tsConfig: extractTSConfig(tsConfig) },
    );
    if (typeof output === 'string') throw new Error(`Expected a cruise result, got: ${output.slice(0, 200)}`);
    return {
      modules: output.modules
        .map(({ source }) => source)
        .filter((path) => /^(?:packages|examples)\/.*\.tsx?$/.test(path)),
      violations: output.summary.violations.map(({ rule, from, to, cycle }) => ({
        rule: rule.name,
        from,
        to: cycle ? cycle.map(({ name }) => name).join(' -> ') : to,
      })),
    };
  } finally {
    process.chdir(before);
  }
}
