import { execFile } from 'node:child_process';
import type { Language } from '@rmm/protocol';
import { decodeOutput } from './decode-output.js';

/** The code page of Wine's console, and of an English Windows. */
const DEFAULT_PAGE = 437;
const WINDOWS_LANGUAGES: ReadonlySet<Language> = new Set(['batch', 'vbscript', 'jscript']);

let found: Promise<number> | undefined;

/** The code page that console programs of this script print in; undefined where everything is UTF-8. */
export function consoleCodePage(language: Language): Promise<number | undefined> {
  if (process.platform !== 'win32') {
    return Promise.resolve(WINDOWS_LANGUAGES.has(language) ? DEFAULT_PAGE : undefined);
  }
  return systemCodePage();
}

function systemCodePage(): Promise<number> {
  found ??= askRegistry();
  return found;
}

/** What a console program of this system printed, as text. */
export async function consoleText(bytes: Uint8Array): Promise<string> {
  const codePage = process.platform === 'win32' ? await systemCodePage() : undefined;
  return decodeOutput({ head: bytes, tail: new Uint8Array(0), omitted: 0 }, codePage);
}

function askRegistry(): Promise<number> {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
  return new Promise((resolve) => {
    execFile('reg', ['query', key, '/v', 'OEMCP'], { windowsHide: true, timeout: 5000 }, (_error, stdout) => {
      const page = /OEMCP\s+REG_SZ\s+(\d+)/.exec(stdout)?.[1];
      resolve(page === undefined ? DEFAULT_PAGE : Number(page));
    });
  });
}
