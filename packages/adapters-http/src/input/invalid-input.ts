import { RmmError } from '@rmm/protocol';

/** An `INVALID_INPUT` about one field; `field` is empty when it is about the whole input. */
export function invalidInput(field: string, message: string): RmmError {
  const pointer = field === '' ? '' : `/${field.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  return new RmmError('INVALID_INPUT', field === '' ? message : `${field}: ${message}`, {
    details: { issues: [{ path: pointer, message }] },
  });
}
