import { matchesPattern, type TextPattern } from '../text-pattern.js';

/** Finds the texts of a segment that fit a pattern: `found(base + place)` for each, ascending. */
export function scanSegment(
  text: string,
  ends: Uint32Array,
  pattern: TextPattern,
  base: number,
  found: (id: number) => void,
): void {
  const [piece] = pattern.pieces;
  const simple = pattern.pieces.length === 1;
  if (piece === undefined) {
    for (let place = 0; place < ends.length; place++) found(base + place);
  } else if (pattern.fromStart) {
    scanStarts(text, ends, piece, (place, start, end) => {
      const fits = simple
        ? !pattern.toEnd || end - start === piece.length
        : matchesPattern(pattern, text.slice(start, end));
      if (fits) found(base + place);
    });
  } else if (simple && pattern.toEnd) {
    scanEnds(text, ends, piece, (place) => found(base + place));
  } else {
    scanAnywhere(text, ends, piece, (place, start, end) => {
      if (simple || matchesPattern(pattern, text.slice(start, end))) found(base + place);
    });
  }
}

type Found = (place: number, start: number, end: number) => void;

function scanStarts(text: string, ends: Uint32Array, piece: string, found: Found): void {
  const first = piece.charCodeAt(0);
  let start = 0;
  for (let place = 0; place < ends.length; place++) {
    const end = ends[place] as number;
    if (end - start >= piece.length && text.charCodeAt(start) === first && text.startsWith(piece, start)) {
      found(place, start, end);
    }
    start = end;
  }
}

function scanEnds(text: string, ends: Uint32Array, piece: string, found: Found): void {
  const last = piece.charCodeAt(piece.length - 1);
  let start = 0;
  for (let place = 0; place < ends.length; place++) {
    const end = ends[place] as number;
    const from = end - piece.length;
    if (from >= start && text.charCodeAt(end - 1) === last && text.startsWith(piece, from)) found(place, start, end);
    start = end;
  }
}

/**
 * Runs over the whole segment at once, from one occurrence of the piece's rarest character to the next; a hit across the
 * border of two texts is none.
 */
function scanAnywhere(text: string, ends: Uint32Array, piece: string, found: Found): void {
  const lead = rarestPlace(piece, text);
  const probe = piece.slice(lead);
  let place = 0;
  let at = text.indexOf(probe);
  while (at >= 0) {
    while ((ends[place] as number) <= at) place++;
    const start = place === 0 ? 0 : (ends[place - 1] as number);
    const end = ends[place] as number;
    const from = at - lead;
    const fits = from >= start && from + piece.length <= end && (lead === 0 || text.startsWith(piece, from));
    if (fits) found(place, start, end);
    at = text.indexOf(probe, fits ? end : at + 1);
  }
}

/** So much of a segment tells which characters are frequent. */
const SAMPLE = 512;
const counts = new Uint16Array(128);

/** The place of the character of the piece that the text's beginning holds least. */
function rarestPlace(piece: string, text: string): number {
  counts.fill(0);
  const length = Math.min(SAMPLE, text.length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) counts[code] = (counts[code] as number) + 1;
  }
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < piece.length; i++) {
    const count = counts[piece.charCodeAt(i)] ?? 0;
    if (count < fewest) {
      best = i;
      fewest = count;
    }
  }
  return best;
}
