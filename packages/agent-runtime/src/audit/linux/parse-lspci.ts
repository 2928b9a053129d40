import type { HardwareSection } from '@rmm/protocol';

/** Output of `lspci -mm`: quoted fields, address, class, vendor, device…; the display controllers among them. */
export function parseLspci(text: string): HardwareSection['displayAdapters'] {
  return text
    .split('\n')
    .map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1')))
    .filter(([kind]) => kind !== undefined && /^(VGA compatible|XGA compatible|3D|Display) controller$/.test(kind))
    .map(([, vendor = '', device = '']) => ({ name: `${vendor} ${device}`.trim() }));
}
