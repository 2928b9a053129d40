import { RmmError } from '@rmm/protocol';

/** A fault in what the caller handed to the storage; `path` names the model and field. */
export function inputError(path: string, message: string, cause?: unknown): RmmError {
  return new RmmError('INVALID_INPUT', `${path}: ${message}`, {
    details: { issues: [{ path, message }] },
    ...(cause === undefined ? {} : { cause }),
  });
}
