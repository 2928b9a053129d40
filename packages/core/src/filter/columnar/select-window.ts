/**
 * The entries at the places `from` to `to` − 1 of an ascending order, in order, without sorting the rest: partitions only
 * where the window is. `keys` must hold no `NaN`; equal keys are ordered by `ties`, whose values are distinct.
 */
export function selectWindow(keys: Float64Array, ties: Uint32Array, from: number, to: number): readonly number[] {
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  const less = (a: number, b: number): boolean => {
    const difference = (keys[a] as number) - (keys[b] as number);
    return difference < 0 || (keys[a] === keys[b] && (ties[a] as number) < (ties[b] as number));
  };
  const end = Math.min(to, places.length);
  if (from >= end) return [];
  if (from > 0) partitionAt(places, from, 0, places.length - 1, less);
  if (end < places.length) partitionAt(places, end - 1, from, places.length - 1, less);
  return Array.from(places.subarray(from, end)).sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0));
}

/** Quickselect: puts the entry that belongs at `place` there, smaller ones before, greater ones after. */
function partitionAt(
  places: Uint32Array,
  place: number,
  first: number,
  last: number,
  less: (a: number, b: number) => boolean,
): void {
  let low = first;
  let high = last;
  while (low < high) {
    const pivot = medianOfThree(places, low, high, less);
    let i = low;
    let j = high;
    while (i <= j) {
      while (less(places[i] as number, pivot)) i++;
      while (less(pivot, places[j] as number)) j--;
      if (i > j) break;
      const held = places[i] as number;
      places[i++] = places[j] as number;
      places[j--] = held;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else return;
  }
}

function medianOfThree(
  places: Uint32Array,
  low: number,
  high: number,
  less: (a: number, b: number) => boolean,
): number {
  const a = places[low] as number;
  const b = places[(low + high) >>> 1] as number;
  const c = places[high] as number;
  if (less(a, b)) return less(b, c) ? b : less(a, c) ? c : a;
  return less(a, c) ? a : less(b, c) ? c : b;
}
