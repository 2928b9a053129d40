// `npm run check`: everything that reads code rather than runs it. A step's output is shown only when it fails.
// Names as arguments run only the steps whose name starts so: `npm run check -- biome publint`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { writeGuideExamples } from './guide-examples.js';
import { publishedPackages, root } from './packages.js';

interface Step {
  readonly name: string;
  /** What follows `npx --no-install`. */
  readonly command: readonly string[];
}

function steps(): Step[] {
  const packages = publishedPackages();
  return [
    { name: 'tsc', command: ['tsc', '-p', 'tsconfig.json'] },
    { name: 'biome', command: ['biome', 'check', '--error-on-warnings', '.'] },
    { name: 'knip', command: ['knip'] },
    { name: 'lock', command: ['tsx', 'scripts/lock-guard.ts'] },
    { name: 'size', command: ['size-limit'] },
    ...packages.map(({ name }) => ({
      name: `publint ${name}`,
      command: ['publint', `packages/${name}`, '--strict', '--pack', 'npm'],
    })),
    ...packages.map(({ name }) => ({
      name: `attw ${name}`,
      command: ['attw', '--pack', `packages/${name}`, '--profile', 'esm-only', '--no-emoji'],
    })),
  ];
}

async function run(step: Step): Promise<boolean> {
  const began = performance.now();
  const child = spawn('npx', ['--no-install', ...step.command], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
  if (code !== 0) console.log(output.join('').trim());
  return code === 0;
}

// The compiler reads them with the rest.
writeGuideExamples();
const wanted = process.argv.slice(2);
const queue = steps().filter(({ name }) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)));
const results: boolean[] = [];

async function work(): Promise<void> {
  for (let step = queue.shift(); step; step = queue.shift()) results.push(await run(step));
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
const failed = results.filter((passed) => !passed).length;
console.log(`check: ${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
