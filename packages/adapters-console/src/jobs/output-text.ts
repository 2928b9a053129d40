/** What has arrived of a stream, and up to where. */
export interface OutputText {
  readonly text: string;
  /** Position in the stream right after the text, in characters. */
  readonly end: number;
}

/** Stands where pieces of a running script's output were lost on their way; the whole comes with its end. */
export const GAP = '\n[…]\n';

export const wholeText = (text: string): OutputText => ({ text, end: text.length });

/** Adds a live piece: what is known already is passed over, what is missing is marked. */
export function addPiece(known: OutputText, offset: number, piece: string): OutputText {
  const end = offset + piece.length;
  if (end <= known.end) return known;
  if (offset > known.end) return { text: known.text + GAP + piece, end };
  return { text: known.text + piece.slice(known.end - offset), end };
}
