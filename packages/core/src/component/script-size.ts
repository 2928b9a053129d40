import { LIMITS, RmmError } from '@rmm/protocol';

/** The schema counts characters; what travels and what agents store are bytes. @throws RmmError `INVALID_INPUT` */
export function assertScriptSize(script: string, path: string): void {
  const bytes = Buffer.byteLength(script);
  if (bytes <= LIMITS.scriptBytes) return;
  const message = `holds ${bytes} bytes; the limit is ${LIMITS.scriptBytes}`;
  throw new RmmError('INVALID_INPUT', `${path.slice(1).replaceAll('/', '.')} ${message}`, {
    details: { issues: [{ path, message }] },
  });
}
