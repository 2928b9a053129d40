import { execFile } from 'node:child_process';
import type { Language } from '@rmm/protocol';

/** The code page of Wine's console, and of an English Windows. */
const DEFAULT_PAGE = 437;
const WINDOWS_LANGUAGES: ReadonlySet<Language> = new Set(['batch', 'vbscript', 'jscript']);

let found: Promise<number> | undefined;

/** The code page that console programs of this script print in; undefined where everything is UTF-8. */
export function consoleCodePage(language: Language): Promise<number | undefined> {
  if (process.platform !== 'win32') {
    return Promise.resolve(WINDOWS_LANGUAGES.has(language) ? DEFAULT_PAGE : undefined);
  }
  found ??= askRegistry();
  return found;
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
