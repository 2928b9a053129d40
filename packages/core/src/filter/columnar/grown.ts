type Growable = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The array itself if it holds `length` entries, else a copy with room for a quarter more; new entries are 0. */
export function grown<A extends Growable>(array: A, length: number): A {
  if (length <= array.length) return array;
  const Type = array.constructor as new (length: number) => A;
  const copy = new Type(Math.max(length, Math.ceil(array.length * 1.25), 64));
  copy.set(array);
  return copy;
}
