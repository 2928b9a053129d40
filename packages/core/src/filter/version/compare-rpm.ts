import { compareDigits, compareText, isDigit, isLetter, runEnd } from './digits.js';

/** RPM's EVR order. The release counts only where both sides name one, as in RPM's dependency comparison. */
export function compareRpm(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  const order = compareDigits(left.epoch, right.epoch) || compareSegments(left.version, right.version);
  if (order !== 0 || left.release === undefined || right.release === undefined) return order;
  return compareSegments(left.release, right.release);
}

/** Whether a version names a release; the part before a colon holds no dash. */
export const hasRelease = (text: string): boolean => text.includes('-');

function split(text: string): { epoch: string; version: string; release: string | undefined } {
  const epoch = (text.includes(':') && /^(\d+):/.exec(text)?.[1]) || '';
  const rest = epoch === '' ? text : text.slice(epoch.length + 1);
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, version: rest, release: undefined }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/** `rpmvercmp`: segments of digits or letters; `~` is older than the end, `^` newer than the end but older than more. */
function compareSegments(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (;;) {
    i = runEnd(a, i, isSeparator);
    j = runEnd(b, j, isSeparator);
    const signA = a[i];
    const signB = b[j];
    if (signA === '~' || signB === '~') {
      if (signA !== signB) return signA === '~' ? -1 : 1;
      i++;
      j++;
      continue;
    }
    if (signA === '^' || signB === '^') {
      if (signA !== signB) return compareCaret(signA, signB);
      i++;
      j++;
      continue;
    }
    if (i >= a.length || j >= b.length) return Math.sign(Number(i < a.length) - Number(j < b.length));
    const numeric = isDigit(a.charCodeAt(i));
    const belongs = numeric ? isDigit : isLetter;
    const endA = runEnd(a, i, belongs);
    const endB = runEnd(b, j, belongs);
    if (endB === j) return numeric ? 1 : -1;
    const order = (numeric ? compareDigits : compareText)(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== 126 /* ~ */ && code !== 94 /* ^ */;
}

function compareCaret(a: string | undefined, b: string | undefined): number {
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a === '^' ? -1 : 1;
}
