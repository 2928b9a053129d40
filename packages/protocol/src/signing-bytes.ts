/** Prefixed, so that a signature made for one purpose never serves for another. */
export function signingBytes(
  purpose: 'command' | 'hello' | 'enrol' | 'welcome' | 'enrolled' | 'activity',
  text: string,
): Uint8Array {
  return new TextEncoder().encode(`rmm.${purpose}.v1\n${text}`);
}
