/** Named parts of an address, as `:deviceId` in `/devices/:deviceId`. */
export type Params = Readonly<Record<string, string>>;

/** The named parts of `path` if it fits the pattern, else undefined. */
export function matchRoute(pattern: string, path: string): Params | undefined {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
    } else {
      const decoded = decode(value);
      if (!decoded) return undefined;
      params[part.slice(1)] = decoded;
    }
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
