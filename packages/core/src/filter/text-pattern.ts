import { foldText } from './fold-text.js';

/** A search term taken apart at its wildcards. The pieces are folded; they must occur in this order without overlap. */
export interface TextPattern {
  readonly pieces: readonly string[];
  /** The first piece is where the text begins. */
  readonly fromStart: boolean;
  /** The last piece is where the text ends. */
  readonly toEnd: boolean;
}

/**
 * Reads a search term. `%` stands for any run of characters, also none; `\%` is a percent sign. Backslashes count only
 * before a `%`, where two stand for one: `C:\\%` is everything that begins with `C:\`.
 */
export function parsePattern(term: string, anchors: { fromStart: boolean; toEnd: boolean }): TextPattern {
  const pieces: string[] = [];
  let piece = '';
  let leading = false;
  let trailing = false;
  for (const token of term.match(/\\*%|\\+|[^\\%]+/g) ?? []) {
    trailing = false;
    if (!token.endsWith('%')) {
      piece += token;
      continue;
    }
    const slashes = token.length - 1;
    piece += '\\'.repeat(Math.floor(slashes / 2));
    if (slashes % 2 === 1) {
      piece += '%';
      continue;
    }
    if (piece === '' && pieces.length === 0) leading = true;
    if (piece !== '') pieces.push(foldText(piece));
    piece = '';
    trailing = true;
  }
  if (piece !== '') pieces.push(foldText(piece));
  return { pieces, fromStart: anchors.fromStart && !leading, toEnd: anchors.toEnd && !trailing };
}

/** Whether a folded text fits the pattern. */
export function matchesPattern(pattern: TextPattern, folded: string): boolean {
  const { pieces } = pattern;
  const last = pieces.length - 1;
  if (last < 0) return true;
  const tail = pieces[last] as string;
  if (pattern.toEnd && !folded.endsWith(tail)) return false;
  if (pattern.fromStart && !folded.startsWith(pieces[0] as string)) return false;
  if (pattern.fromStart && pattern.toEnd && last === 0) return folded.length === tail.length;
  const end = pattern.toEnd ? folded.length - tail.length : folded.length;
  const middleEnd = pattern.toEnd ? last : last + 1;
  let at = 0;
  for (let i = 0; i < middleEnd; i++) {
    const piece = pieces[i] as string;
    const found = i === 0 && pattern.fromStart ? 0 : folded.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return at <= end;
}
