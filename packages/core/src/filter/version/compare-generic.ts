import { compareDigits, compareText } from './digits.js';

/** Words that announce a release, oldest first. */
const BEFORE_RELEASE = ['dev', 'snapshot', 'nightly', 'a', 'alpha', 'b', 'beta', 'm', 'pre', 'preview', 'cr', 'rc'];

/** Kinds of parts, oldest first. The end of a version is an endless row of zeros. */
const ANNOUNCING = 0;
const ZERO = 1;
const WORD = 2;
const NUMBER = 3;

/**
 * The order for versions of unknown origin. A version is read as runs of digits and runs of letters; all other signs
 * only separate. Numbers compare by value, missing ones count as 0 (`1.0` equals `1.0.0`), words compare without case.
 * A word such as `beta` or `rc` is older than the release it announces (`2.0-rc1` before `2.0`), any other word is newer
 * than nothing and older than a number (`1.0.2` before `1.0.2k` before `1.0.2.1`). The single letters `a`, `b` and `m`
 * announce only before a number (`2.0b3`).
 */
export function compareGeneric(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const kind = kindOf(left, i);
    const other = kindOf(right, i);
    if (kind !== other) return kind < other ? -1 : 1;
    const order = compareSame(kind, left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function parts(version: string): readonly string[] {
  return (
    version
      .replace(/^v(?=\d)/i, '')
      .toLowerCase()
      .match(/\d+|[a-z]+/g) ?? []
  );
}

function kindOf(version: readonly string[], at: number): number {
  const part = version[at];
  if (part === undefined || /^0+$/.test(part)) return ZERO;
  if (isNumber(part)) return NUMBER;
  return announces(part, version[at + 1]) ? ANNOUNCING : WORD;
}

function announces(word: string, next: string | undefined): boolean {
  return BEFORE_RELEASE.includes(word) && (word.length > 1 || isNumber(next));
}

function compareSame(kind: number, a: string, b: string): number {
  if (kind === ZERO) return 0;
  if (kind === NUMBER) return compareDigits(a, b);
  if (kind === ANNOUNCING) return Math.sign(BEFORE_RELEASE.indexOf(a) - BEFORE_RELEASE.indexOf(b));
  return compareText(a, b);
}

function isNumber(part: string | undefined): boolean {
  return part !== undefined && part.charCodeAt(0) <= 57;
}
