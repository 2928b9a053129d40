import type { SoftwareSection } from '@rmm/protocol';
import { counted, known } from '../collector.js';

type Package = SoftwareSection['packages'][number];

/** Where Windows lists what can be uninstalled: 64-bit programs, and 32-bit ones. */
export const UNINSTALL_KEYS: readonly { readonly key: string; readonly architecture: string }[] = [
  { key: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall', architecture: 'x64' },
  { key: 'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall', architecture: 'x86' },
];

/** Values of each key in the output of `reg query KEY /s`. */
export function parseRegistry(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const keys = new Map<string, Map<string, string>>();
  let values: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^HKEY_/.test(line)) {
      values = new Map();
      keys.set(line.trim(), values);
      continue;
    }
    const match = /^ {4}(.+?) {4}(REG_[A-Z_]+) {4}(.*)$/.exec(line);
    if (match?.[1] !== undefined) values?.set(match[1], match[3] ?? '');
  }
  return keys;
}

/** The programs of one branch, as "Apps and features" shows them: neither parts of others nor updates. */
export function parseUninstallKeys(text: string, architecture: string): Package[] {
  const packages: Package[] = [];
  for (const values of parseRegistry(text).values()) {
    const name = values.get('DisplayName')?.trim();
    if (!name || number(values.get('SystemComponent')) === 1 || values.has('ParentKeyName')) continue;
    if (/^(security update|update rollup|hotfix)$/i.test(values.get('ReleaseType') ?? '')) continue;
    const kilobytes = number(values.get('EstimatedSize'));
    packages.push({
      name,
      version: values.get('DisplayVersion')?.trim() ?? '',
      architecture,
      ...known('publisher', values.get('Publisher')),
      ...known('installedOn', dateOf(values.get('InstallDate'))),
      ...(kilobytes !== undefined && counted('sizeBytes', kilobytes * 1024)),
      source: 'windows',
    });
  }
  return packages;
}

/** `reg` prints numbers as 0x… */
function number(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text.trim());
  return Number.isFinite(value) ? value : undefined;
}

function dateOf(text: string | undefined): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text?.trim() ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : undefined;
}
