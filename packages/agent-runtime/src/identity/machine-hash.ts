import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Long enough for a slow registry. */
const TIMEOUT_MS = 5000;

/**
 * A hash of what tells this installation on this hardware from a copy elsewhere; undefined when the system tells nothing.
 * Only the hash leaves the device.
 */
export async function machineHash(platform: NodeJS.Platform = process.platform): Promise<string | undefined> {
  const facts = (await Promise.all(sources(platform))).map((fact) => fact.trim());
  if (facts.every((fact) => fact === '')) return undefined;
  return createHash('sha256').update(facts.join('\n')).digest('base64url');
}

function sources(platform: NodeJS.Platform): Promise<string>[] {
  switch (platform) {
    case 'win32':
      return [output('reg', ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid'])];
    case 'darwin':
      return [output('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']).then(platformUuid)];
    default:
      return [text('/etc/machine-id'), text('/sys/class/dmi/id/product_uuid')];
  }
}

function platformUuid(ioreg: string): string {
  return /"IOPlatformUUID" = "([^"]+)"/.exec(ioreg)?.[1] ?? '';
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

function output(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: TIMEOUT_MS, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
}
