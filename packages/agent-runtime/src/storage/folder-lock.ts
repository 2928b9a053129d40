import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessRef, processRef } from '@rmm/component-sdk/runner';
import { RmmError } from '@rmm/protocol';
import { codeOf } from '../agent/agent-log.js';
import { TEMPORARY } from './write-durably.js';

/** Tries, and the wait between them, while another starter is clearing a stale lock. */
const ATTEMPTS = 50;
const WAIT_MS = 20;
/** Clocks are set; a boot is the same within this time, seconds. */
const BOOT_TOLERANCE = 300;

/** Who holds a lock. */
interface Holder extends ProcessRef {
  /** When the system started, epoch seconds: tells a number of before from now's where processes have no stamp. */
  readonly booted: number;
}

/**
 * Takes a data folder for this process alone. The lock names its holder, so that one which a killed agent left is known
 * for stale, even when its process number serves another program by now.
 *
 * @returns gives the lock back
 * @throws RmmError `STORAGE_LOCKED`
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const own = join(dirname(path), `${TEMPORARY}${randomUUID()}`);
  const content = JSON.stringify({ ...(processRef(process.pid) ?? { pid: process.pid }), booted: bootedAt() });
  await writeFile(own, content, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await tryLink(own, path)) {
        return async () => {
          if ((await readText(path)) === content) await unlink(path).catch(() => undefined);
        };
      }
      if (!(await clearStale(own, path))) await delay(WAIT_MS);
    }
    throw new RmmError(
      'STORAGE_LOCKED',
      `Other agents keep starting on the data folder ${dirname(path)}: start only one`,
    );
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

/** A link is made whole or not at all, and never over another. */
async function tryLink(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock whose holder is gone. Of many starters only the one that holds the right to clear does so, and it looks
 * again first: the lock may be a new one by then.
 *
 * @returns false while another clears
 * @throws RmmError `STORAGE_LOCKED`
 */
async function clearStale(own: string, path: string): Promise<boolean> {
  if (await isHeld(path)) throw await locked(path);
  const right = `${path}.clearing`;
  if (!(await tryLink(own, right))) {
    // Whoever died in the midst of clearing leaves the right to the others.
    if (!(await isHeld(right))) await unlink(right).catch(() => undefined);
    return false;
  }
  try {
    if (!(await isHeld(path))) await unlink(path).catch(() => undefined);
    return true;
  } finally {
    await unlink(right).catch(() => undefined);
  }
}

async function isHeld(path: string): Promise<boolean> {
  const holder = holderOf((await readText(path)) ?? '');
  if (holder === undefined || !isRunning(holder)) return false;
  return holder.stamp !== undefined || Math.abs(holder.booted - bootedAt()) <= BOOT_TOLERANCE;
}

async function locked(path: string): Promise<RmmError> {
  const holder = holderOf((await readText(path)) ?? '');
  return new RmmError(
    'STORAGE_LOCKED',
    `Another agent (process ${holder?.pid ?? 'unknown'}) already uses the data folder ${dirname(path)}: stop it first, or choose another folder with --data`,
  );
}

function bootedAt(): number {
  return Math.round(Date.now() / 1000 - uptime());
}

function holderOf(text: string): Holder | undefined {
  try {
    const { pid, stamp, booted } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (typeof pid !== 'number') return undefined;
    return {
      pid,
      ...(typeof stamp === 'string' && { stamp }),
      booted: typeof booted === 'number' ? booted : 0,
    };
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
