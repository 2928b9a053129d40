import { chmod, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RmmError } from '@rmm/protocol';
import { reasonOf } from '../agent/agent-log.js';
import { restrictAccess } from './windows-access.js';
import { TEMPORARY } from './write-durably.js';

/** Where an agent keeps what must survive it. */
export interface DataFolder {
  readonly root: string;
  readonly identity: string;
  /** While enrolling: the key to enrol with. */
  readonly enrolling: string;
  readonly state: string;
  /** What the device is to obey. */
  readonly policy: string;
  readonly lock: string;
  /** Names the command by which the agent is to remove itself, from then until it has. */
  readonly uninstalling: string;
  /** Space for a full disk. */
  readonly ballast: string;
  /** One file a command. */
  readonly journal: string;
  /** One folder a running script. */
  readonly run: string;
  /** The last audit, ready to send. */
  readonly audit: string;
}

/**
 * Makes the folder and its parts, which only this user can enter.
 *
 * @throws RmmError `STORAGE_UNWRITABLE`
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  const folder: DataFolder = {
    root,
    identity: join(root, 'identity.json'),
    enrolling: join(root, 'enrolling.json'),
    state: join(root, 'state.json'),
    policy: join(root, 'policy.json'),
    lock: join(root, 'agent.lock'),
    uninstalling: join(root, 'uninstalling'),
    ballast: join(root, 'ballast'),
    journal: join(root, 'journal'),
    run: join(root, 'run'),
    audit: join(root, 'audit'),
  };
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    if (process.platform === 'win32') await restrictAccess(root);
    for (const part of [folder.journal, folder.run, folder.audit]) await mkdir(part, { recursive: true, mode: 0o700 });
    await chmod(root, 0o700);
  } catch (error) {
    throw new RmmError(
      'STORAGE_UNWRITABLE',
      `The agent cannot write its data folder ${root} (${reasonOf(error)}): run it as the folder's owner, or choose another with --data`,
      { cause: error },
    );
  }
  return folder;
}

/** Removes what a crash left half done. The lock must be held. */
export async function clearLeftovers(folder: DataFolder): Promise<void> {
  for (const part of [folder.root, folder.journal, folder.audit]) {
    for (const name of await readdir(part)) {
      if (name.startsWith(TEMPORARY)) await rm(join(part, name), { force: true });
    }
  }
  for (const name of await readdir(folder.run)) {
    await rm(join(folder.run, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Removes all that an agent keeps, identity first; the folder too when nothing else is in it. */
export async function removeDataFolder(folder: DataFolder): Promise<void> {
  for (const path of [
    folder.identity,
    folder.enrolling,
    folder.state,
    folder.policy,
    folder.journal,
    folder.audit,
    folder.run,
    folder.ballast,
    folder.uninstalling,
    folder.lock,
  ]) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  await rmdir(folder.root).catch(() => undefined);
}
