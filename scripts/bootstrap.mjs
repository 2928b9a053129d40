#!/usr/bin/env node
// Makes a clone ready to run: installs when node_modules does not match the lock file, then builds (cached).
// Plain Node without dependencies, since it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.bootstrap-stamp');
const lockFolder = join(root, '.bootstrap-lock');
const ownerFile = join(lockFolder, 'pid');
const patience = 20 * 60_000;

/** What an installed node_modules depends on: the lock file, and the Node that native addons were compiled for. */
function stamp() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.versions.modules} ${process.platform} ${process.arch}`)
    .digest('hex');
}

function installed() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp();
}

/** A nested npm must not inherit the outer npm's settings (--workspace, --ignore-scripts, --omit, log level). */
function cleanEnvironment() {
  const kept = /^npm_config_(cache|registry|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)$/i;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)),
  );
  // Headers beside this very Node spare node-gyp a download.
  const prefix = join(dirname(process.execPath), '..');
  if (existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir = prefix;
  return env;
}

function run(command, args, shell = false) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    shell,
  });
  if (result.status === 0) return;
  console.error(
    `bootstrap: ${[command, ...args].join(' ')} failed (${result.error?.message ?? result.status ?? result.signal})`,
  );
  process.exit(result.status ?? 1);
}

function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) run(process.execPath, [cli, ...args]);
  else if (process.platform === 'win32') run('npm.cmd', args, true);
  else run('npm', args);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True when the lock's owner is gone, or has had no time to write its pid for ten seconds. */
function isAbandoned() {
  try {
    if (existsSync(ownerFile)) return !isAlive(Number(readFileSync(ownerFile, 'utf8')));
    return Date.now() - statSync(lockFolder).mtimeMs > 10_000;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** One bootstrap at a time in a clone: npm and tsup both delete what another run would be reading. */
async function takeLock() {
  const until = Date.now() + patience;
  for (let said = false; ; ) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(ownerFile, String(process.pid));
      process.on('exit', () => rmSync(lockFolder, { recursive: true, force: true }));
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(lockFolder, { recursive: true, force: true });
    else if (Date.now() > until)
      throw new Error(`bootstrap: another one has held ${lockFolder} for 20 minutes; delete it.`);
    else {
      if (!said) console.error('bootstrap: waiting for another bootstrap of this folder ...');
      said = true;
      await sleep(300);
    }
  }
}

// `npm ci` and `npm install` end with this: what they did need not be done again.
if (process.argv.includes('--stamp')) {
  writeFileSync(stampFile, stamp());
} else {
  await takeLock();
  if (!installed()) {
    console.error('bootstrap: installing packages (one to three minutes, the first time) ...');
    npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
    writeFileSync(stampFile, stamp());
  }
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}
