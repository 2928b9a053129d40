/** An interval of numbers. Bounds belong to it unless open. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly minOpen?: boolean;
  readonly maxOpen?: boolean;
}

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?`;
const ITEM = new RegExp(`^\\s*(${NUMBER})\\s*(?:-\\s*(${NUMBER})\\s*)?$`);

/** Reads `1-5, 8, -3--1`; `undefined` if malformed or if a range runs backwards. */
export function parseRanges(term: string): readonly NumberRange[] | undefined {
  const ranges: NumberRange[] = [];
  for (const item of term.split(',')) {
    const found = ITEM.exec(item);
    if (found === null) return undefined;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : Number(found[2]);
    if (!Number.isFinite(min) || !Number.isFinite(max) || max < min) return undefined;
    ranges.push({ min, max });
  }
  return ranges;
}

/** A finite number, given as such or as decimal text. */
export function parseNumber(term: string | number): number | undefined {
  const value = typeof term === 'number' ? term : /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(term) ? Number(term) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

export function inRanges(ranges: readonly NumberRange[], value: number): boolean {
  for (const range of ranges) {
    const above = range.minOpen === true ? value > range.min : value >= range.min;
    const below = range.maxOpen === true ? value < range.max : value <= range.max;
    if (above && below) return true;
  }
  return false;
}
