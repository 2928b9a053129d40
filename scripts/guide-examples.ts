// The examples of the guides as programs: all blocks that begin with ```ts run, one program a guide, in their order.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packages.js';

const GUIDES = join(root, 'docs', 'guides');
/** Where the programs are written: `tsc` finds them there, git and knip leave them alone. */
const PROGRAMS = join(root, 'test', 'docs', 'examples');

export interface GuideExample {
  /** `filters.md` */
  readonly guide: string;
  readonly file: string;
}

/** Writes the examples of every guide that has some to a file of its own. */
export function writeGuideExamples(): GuideExample[] {
  rmSync(PROGRAMS, { recursive: true, force: true });
  mkdirSync(PROGRAMS, { recursive: true });
  const found: GuideExample[] = [];
  for (const guide of readdirSync(GUIDES).filter((name) => name.endsWith('.md'))) {
    const program = runnable(readFileSync(join(GUIDES, guide), 'utf8'));
    if (program === undefined) continue;
    const file = join(PROGRAMS, guide.replace(/\.md$/, '.ts'));
    writeFileSync(file, program);
    found.push({ guide, file });
  }
  return found;
}

/** What is no example becomes an empty line, so that a fault is told with its line in the guide. */
export function runnable(markdown: string): string | undefined {
  let inside = false;
  let any = false;
  const lines = markdown.split('\n').map((line) => {
    const fence = line.startsWith('```');
    const keep = inside && !fence;
    if (fence) inside = !inside && /^```ts run\s*$/.test(line);
    any ||= keep;
    return keep ? line : '';
  });
  return any ? `${lines.join('\n').trimEnd()}\nexport {};\n` : undefined;
}
