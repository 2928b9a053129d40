/** Compares two runs of decimal digits by value, of any length. */
export function compareDigits(a: string, b: string): number {
  if (a === b) return 0;
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return compareText(left, right);
}

/** Versions are compared by the million, and few parts begin with a zero. */
function withoutZeros(digits: string): string {
  return digits.charCodeAt(0) === 48 ? digits.replace(/^0+/, '') : digits;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** The end of the run of characters from `start` that all satisfy `belongs`. */
export function runEnd(text: string, start: number, belongs: (code: number) => boolean): number {
  let end = start;
  while (end < text.length && belongs(text.charCodeAt(end))) end++;
  return end;
}
