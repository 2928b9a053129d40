import type { SoftwareSection } from '@rmm/protocol';
import { known } from '../collector.js';

type Package = SoftwareSection['packages'][number];

/** Output of `system_profiler SPApplicationsDataType -json`: the applications, without the system's own helpers. */
export function parseApplications(json: string): Package[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [];
  }
  const list = (value as Partial<Record<string, unknown>> | null)?.SPApplicationsDataType;
  return (Array.isArray(list) ? list : []).flatMap((item: unknown) => applicationOf(item) ?? []);
}

function applicationOf(item: unknown): Package | undefined {
  const fields = (item ?? {}) as Partial<Record<string, unknown>>;
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : undefined);
  const name = text('_name');
  if (!name || /^\/(System\/Library|Library\/(Apple|Image Capture))\//.test(text('path') ?? '')) return undefined;
  const signer = Array.isArray(fields.signed_by) ? fields.signed_by[0] : undefined;
  return {
    name,
    version: text('version') ?? '',
    ...known('architecture', text('arch_kind')?.replace(/^arch_/, '')),
    ...known(
      'publisher',
      typeof signer === 'string' ? signer.replace(/^Developer ID Application: | \([A-Z0-9]+\)$/g, '') : undefined,
    ),
    ...known('installedOn', text('lastModified')?.slice(0, 10)),
    source: 'macos',
  };
}

/** Output of `sw_vers`: `Key:<tabs>value` lines. */
export function parseSwVers(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => /^(\w+):\s*(.*)$/.exec(line.trim()));
  return new Map(lines.flatMap((match) => (match?.[1] ? [[match[1], match[2] ?? ''] as const] : [])));
}
