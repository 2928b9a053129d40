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

/** Runs over the whole segment at once; a hit across the border of two texts is none. */
function scanAnywhere(text: string, ends: Uint32Array, piece: string, found: Found): void {
  let place = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at)) {
    while ((ends[place] as number) <= at) place++;
    const end = ends[place] as number;
    if (at + piece.length <= end) found(place, place === 0 ? 0 : (ends[place - 1] as number), end);
    at = end;
  }
}
