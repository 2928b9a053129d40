import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How temporary files begin; what a crash left of them is removed at the next start. */
export const TEMPORARY = '.tmp-';

let count = 0;

/**
 * Writes a file so that after a crash at any instant there is either the old content or the new, and so that the new one
 * is on the disk when the promise settles. Only this user can read it.
 */
export async function writeDurably(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `${TEMPORARY}${process.pid}-${++count}-${basename(path)}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes creations, renames and removals in a folder last. Windows does so by itself and refuses to open folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
