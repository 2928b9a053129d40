import { randomBytes, randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RmmError } from '@rmm/protocol';

export interface DataFolder {
  readonly database: string;
  readonly agent: string;
  readonly tls: string;
  readonly masterKey: Uint8Array;
}

const KEY_BYTES = 32;

/**
 * Opens the folder, making it and the master key at the first start.
 *
 * @throws RmmError `STORAGE_UNWRITABLE`; `SECRET_UNREADABLE` when the master key is damaged
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  let masterKey: Uint8Array;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
    masterKey = await masterKeyIn(join(folder, 'master.key'));
  } catch (cause) {
    if (cause instanceof RmmError) throw cause;
    throw new RmmError(
      'STORAGE_UNWRITABLE',
      `The data folder ${folder} cannot be written; choose another with --data DIR`,
      { cause },
    );
  }
  return {
    database: join(folder, 'rmm.db'),
    agent: join(folder, 'agent'),
    tls: join(folder, 'tls'),
    masterKey,
  };
}

/** The key is there whole or not at all: a crash or a full disk at the first start leaves nothing that blocks the next. */
async function masterKeyIn(file: string): Promise<Uint8Array> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  const key = Buffer.from(text ?? (await made(file)), 'base64');
  if (key.length === KEY_BYTES) return new Uint8Array(key);
  throw new RmmError(
    'SECRET_UNREADABLE',
    `${file} holds no master key: restore it from a backup, or start with an empty folder (--data DIR)`,
  );
}

/** Of two that start at once one makes the key, and both use it. */
async function made(file: string): Promise<string> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(KEY_BYTES).toString('base64'));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(file, 'utf8');
}

const isCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;
