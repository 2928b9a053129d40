import { isRmmError, RmmError } from '@rmm/protocol';

/** A name as it is kept: without blanks around it, and with one way to write each character. */
export const cleanName = (name: string): string => name.trim().normalize('NFC');

/** Runs a write whose only unique combination beside the key is a name. @throws RmmError `CONFLICT` */
export async function withUniqueName(what: string, name: string, write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isRmmError(error, 'STORAGE_UNIQUE')) throw error;
    throw new RmmError('CONFLICT', `There is already a ${what} named "${name}"; choose another name`, {
      details: { name },
      cause: error,
    });
  }
}
