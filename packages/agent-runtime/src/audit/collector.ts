import { readFile } from 'node:fs/promises';
import { consoleText } from '@rmm/component-sdk/runner';
import type { Audit, AuditSectionName } from '@rmm/protocol';
import { execa } from 'execa';

/** A program that answers later is not waited for, milliseconds. */
const PROGRAM_MS = 20_000;
const MAX_OUTPUT = 32 * 1024 * 1024;

/** What a platform knows to find out, one function a section. Each may throw; the others go on. */
export type Collectors = { readonly [Name in AuditSectionName]: () => Promise<Audit[Name]> };

/** A program's standard output; `''` when it is missing, fails or takes too long, for no single fact is worth an audit. */
export async function outputOf(program: string, args: readonly string[], timeoutMs = PROGRAM_MS): Promise<string> {
  const result = await execa(program, args, {
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    maxBuffer: MAX_OUTPUT,
    encoding: 'buffer',
    stdin: 'ignore',
    windowsHide: true,
    env: { LC_ALL: 'C', LANG: 'C' },
  });
  return result.failed ? '' : (await consoleText(result.stdout)).replace(/\r?\n$/, '');
}

/** A file's text without surrounding space; `''` when it cannot be read. */
export async function textOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim();
}

/** The property when the text says something: `{}` for empty text and the phrases vendors leave in their place. */
export function known<Key extends string>(key: Key, text: string | undefined | null): { [K in Key]?: string } {
  const trimmed = text?.trim() ?? '';
  const empty = trimmed === '' || FILLERS.test(trimmed);
  return (empty ? {} : { [key]: trimmed }) as { [K in Key]?: string };
}

const FILLERS =
  /^(to be filled by o\.?e\.?m\.?|default string|not specified|not available|none|unknown|system (manufacturer|product name|serial number|version)|o\.?e\.?m\.?|n\/a|x+|0+|-)$/i;

/** The property when the number is a usable whole number. */
export function counted<Key extends string>(key: Key, value: number | undefined | null): { [K in Key]?: number } {
  const whole = Math.round(value ?? Number.NaN);
  return (Number.isSafeInteger(whole) && whole >= 0 ? { [key]: whole } : {}) as { [K in Key]?: number };
}
