const NAMES: Readonly<Partial<Record<string, string>>> = {
  x86_64: 'x64',
  amd64: 'x64',
  i386: 'x86',
  i686: 'x86',
  ia32: 'x86',
  aarch64: 'arm64',
};

/** One name a processor architecture, whatever a system calls it. */
export function architectureName(machine: string): string {
  return NAMES[machine.toLowerCase()] ?? machine.toLowerCase();
}
