import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { isRunning, type ProcessRef, processRef } from '@rmm/component-sdk/runner';
import { RmmError } from '@rmm/protocol';
import { codeOf } from '../agent/agent-log.js';

/**
 * Takes a data folder for this process alone. The lock names its holder, so that one which a killed agent left is known
 * for stale, even when its process number serves another program by now.
 *
 * @returns gives the lock back
 * @throws RmmError `STORAGE_LOCKED`
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const own = `${path}.${randomUUID()}`;
  const content = JSON.stringify(processRef(process.pid) ?? { pid: process.pid });
  await writeFile(own, content, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await tryLink(own, path)) {
        return async () => {
          if ((await readText(path)) === content) await unlink(path).catch(() => undefined);
        };
      }
      await clearStale(path);
    }
    throw new RmmError('STORAGE_LOCKED', `Other agents keep starting on the data folder of ${path}: start only one`);
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

async function clearStale(path: string): Promise<void> {
  const found = await readText(path);
  if (found === undefined) return;
  const holder = holderOf(found);
  if (holder !== undefined && holder.pid !== process.pid && isRunning(holder)) throw locked(path, holder);
  if (holder?.pid === process.pid && holder.stamp === processRef(process.pid)?.stamp) throw locked(path, holder);
  // Another starter may have cleared it and locked since: take away exactly what was read, else put it back.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readText(aside)) !== found) await tryLink(aside, path).catch(() => false);
  await unlink(aside).catch(() => undefined);
}

function locked(path: string, holder: ProcessRef): RmmError {
  return new RmmError(
    'STORAGE_LOCKED',
    `Another agent (process ${holder.pid}) already uses the data folder of ${path}: stop it first, or choose another folder with --data`,
  );
}

function holderOf(text: string): ProcessRef | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    return { pid: value.pid, ...('stamp' in value && typeof value.stamp === 'string' && { stamp: value.stamp }) };
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
