const LAST = 0x10ffff;

/**
 * The first text, by code point, that is greater than every text with this prefix; undefined when there is none.
 * Surrogates are no characters of their own and are stepped over.
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const point = points.pop() ?? 0;
    if (point === LAST) continue;
    points.push(point === 0xd7ff ? 0xe000 : point + 1);
    return String.fromCodePoint(...points);
  }
  return undefined;
}
