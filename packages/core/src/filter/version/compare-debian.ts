import { compareDigits, isDigit, isLetter, runEnd } from './digits.js';

/** Debian Policy 5.6.12: epoch by number, then upstream version, then revision. */
export function compareDebian(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function split(version: string): { epoch: string; upstream: string; revision: string } {
  const epoch = (version.includes(':') && /^(\d+):/.exec(version)?.[1]) || '';
  const rest = epoch === '' ? version : version.slice(epoch.length + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch,
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Alternating runs of non-digits (letters before other signs, `~` before everything, even the end) and digits. */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const wordEndA = runEnd(a, i, isNoDigit);
    const wordEndB = runEnd(b, j, isNoDigit);
    const words = compareWords(a.slice(i, wordEndA), b.slice(j, wordEndB));
    if (words !== 0) return words;
    i = runEnd(a, wordEndA, isDigit);
    j = runEnd(b, wordEndB, isDigit);
    const numbers = compareDigits(a.slice(wordEndA, i), b.slice(wordEndB, j));
    if (numbers !== 0) return numbers;
  }
  return 0;
}

function isNoDigit(code: number): boolean {
  return !isDigit(code);
}

function compareWords(a: string, b: string): number {
  for (let i = 0; i < a.length || i < b.length; i++) {
    const difference = weight(a, i) - weight(b, i);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function weight(text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (code === 126 /* ~ */) return -1;
  return isLetter(code) ? code : code + 0x10000;
}
