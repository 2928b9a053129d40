import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

/** The well-known SIDs of the local system and of the administrators; names differ by the language of Windows. */
const TRUSTED = ['*S-1-5-18', '*S-1-5-32-544'];

/**
 * What `icacls` is told, so that only the system, administrators and this user can enter a folder. Folders below
 * `C:\ProgramData` otherwise let every user of the computer read and add files; the modes of POSIX mean nothing there.
 */
export function accessArguments(folder: string, user: string): string[] {
  return [folder, '/inheritance:r', '/grant:r', ...[...TRUSTED, user].map((who) => `${who}:(OI)(CI)F`)];
}

/** Closes a folder to all others on Windows. @throws when Windows refuses */
export async function restrictAccess(folder: string): Promise<void> {
  await promisify(execFile)('icacls', accessArguments(folder, userInfo().username), { windowsHide: true });
}
