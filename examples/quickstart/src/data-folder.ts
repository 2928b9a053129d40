import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RmmError } from '@rmm/protocol';

export interface DataFolder {
  readonly database: string;
  readonly agent: string;
  readonly tls: string;
  readonly masterKey: Uint8Array;
}

/** Opens the folder, making it and the master key at the first start. @throws RmmError `STORAGE_UNWRITABLE` */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
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
    masterKey: await masterKeyIn(join(folder, 'master.key')),
  };
}

async function masterKeyIn(file: string): Promise<Uint8Array> {
  try {
    await writeFile(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return new Uint8Array(Buffer.from(await readFile(file, 'utf8'), 'base64'));
}
