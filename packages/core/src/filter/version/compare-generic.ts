import { compareDigits, compareText } from './digits.js';

/** Words that announce a release, oldest first. */
const BEFORE_RELEASE = ['dev', 'snapshot', 'nightly', 'a', 'alpha', 'b', 'beta', 'm', 'pre', 'preview', 'cr', 'rc'];

/** Ranks of the kinds of parts: an announcing word is older than the end of the version, anything else newer. */
const ANNOUNCING = 0;
const END = 1;
const WORD = 2;
const NUMBER = 3;

/**
 * The order for versions of unknown origin. A version is read as runs of digits and runs of letters; all other signs
 * only separate. Numbers compare by value, missing numbers count as 0 (`1.0` equals `1.0.0`), words compare without
 * case, a word is older than a number, and a word such as `beta` or `rc` is older than the release it announces
 * (`2.0-rc1` before `2.0`), while other words are newer (`1.0.2k` after `1.0.2`). `a`, `b` and `m` announce only when a
 * number follows (`2.0b3`).
 */
export function compareGeneric(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const rankA = rank(left, i, right);
    const rankB = rank(right, i, left);
    if (rankA !== rankB) return rankA < rankB ? -1 : 1;
    if (rankA === END) continue;
    const order = compareSame(rankA, left[i] ?? '0', right[i] ?? '0');
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

function rank(own: readonly string[], at: number, other: readonly string[]): number {
  const part = own[at];
  if (part === undefined) return isNumber(other[at]) ? NUMBER : END;
  if (isNumber(part)) return NUMBER;
  return announces(part, own[at + 1]) ? ANNOUNCING : WORD;
}

function announces(word: string, next: string | undefined): boolean {
  return BEFORE_RELEASE.includes(word) && (word.length > 1 || isNumber(next));
}

function compareSame(rankOfBoth: number, a: string, b: string): number {
  if (rankOfBoth === NUMBER) return compareDigits(a, b);
  if (rankOfBoth === ANNOUNCING) return Math.sign(BEFORE_RELEASE.indexOf(a) - BEFORE_RELEASE.indexOf(b));
  return compareText(a, b);
}

function isNumber(part: string | undefined): boolean {
  return part !== undefined && part.charCodeAt(0) <= 57;
}
