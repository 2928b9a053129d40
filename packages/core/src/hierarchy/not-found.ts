import { RmmError } from '@rmm/protocol';

/** Says the same of what does not exist and of what belongs to another System. */
export const notFound = (what: string, id: string): RmmError =>
  new RmmError('NOT_FOUND', `There is no ${what} "${id}"`, { details: { id } });
