import { RmmError } from '@rmm/protocol';

/** Two rows share what must be unique. `fields` are those of the violated combination, where the database tells. */
export function uniqueError(model: string, fields: readonly string[], cause: unknown): RmmError {
  const same = fields.length > 0 ? ` with the same (${fields.join(', ')})` : '';
  return new RmmError('STORAGE_UNIQUE', `A row of "${model}"${same} is already stored.`, {
    details: { model, fields },
    cause,
  });
}
