import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '@rmm/protocol';

/** Makes a folder that only this user can enter, with the script in it. */
export async function makeScriptFolder(
  tempRoot: string,
  fileName: string,
  language: Language,
  script: string,
): Promise<string> {
  await mkdir(tempRoot, { recursive: true });
  const folder = await mkdtemp(join(tempRoot, 'rmm-script-'));
  await chmod(folder, 0o700);
  await writeFile(join(folder, fileName), scriptBytes(language, script), { mode: 0o600 });
  return folder;
}

/** Removes it with whatever the script left there. What Windows still holds open is cleared at the agent's next start. */
export async function removeScriptFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }).catch(() => undefined);
}

/** Windows' own interpreters want their own line ends, and a byte-order mark where the text is not plain ASCII. */
export function scriptBytes(language: Language, script: string, platform: NodeJS.Platform = process.platform): Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const ascii = /^[\x00-\x7f]*$/.test(script);
  const crlf = script.replace(/\r?\n/g, '\r\n');
  switch (language) {
    case 'batch':
      return Buffer.from(crlf);
    case 'vbscript':
    case 'jscript':
      return ascii || platform !== 'win32' ? Buffer.from(crlf) : Buffer.from(`\uFEFF${crlf}`, 'utf16le');
    case 'powershell':
      return Buffer.from(ascii ? script : `\uFEFF${script}`);
    default:
      return Buffer.from(script);
  }
}
