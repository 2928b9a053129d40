#!/usr/bin/env node
// Builds every package that changed, telling which; a build's output is shown only when it fails.
// Arguments go to turbo: `npm run build -- --filter=@rmm/core`, `--force`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const turbo = join(dirname(createRequire(import.meta.url).resolve('turbo/package.json')), 'bin', 'turbo');

const child = spawn(process.execPath, [turbo, 'run', 'build', '--output-logs=new-only', ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  stdio: ['ignore', 'pipe', 'pipe'],
});

const log = [];
for (const stream of [child.stdout, child.stderr]) {
  createInterface({ input: stream }).on('line', (line) => {
    log.push(line);
    const started = /^(\S+):build: cache (?:miss|bypass)/.exec(line);
    if (started) console.error(`building ${started[1]} ...`);
  });
}

child.on('close', (code) => {
  if (code !== 0) console.error(log.join('\n'));
  process.exitCode = code ?? 1;
});
