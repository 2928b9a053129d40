/** Rows beyond the edges, so that scrolling shows no gaps. */
const SPARE = 8;

/** Which of `count` rows of equal height are in sight: from `first` up to, not with, `last`. */
export function visibleRange(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): { readonly first: number; readonly last: number } {
  const last = Math.min(count, Math.max(0, Math.ceil((top + height) / rowHeight)) + SPARE);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - SPARE, last));
  return { first, last };
}
