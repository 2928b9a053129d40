const view = new DataView(new ArrayBuffer(8));
const FRACTION_BITS = 52n;
const BIAS = 1075;

/** A finite number as integer m and exponent e with value = m × 2^e, exactly; |m| < 2^53. */
export function realParts(value: number): readonly [m: number, e: number] {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> FRACTION_BITS) & 0x7ffn);
  const fraction = Number(bits & ((1n << FRACTION_BITS) - 1n));
  const sign = bits >> 63n === 0n ? 1 : -1;
  // Subnormal numbers have no hidden leading bit.
  return exponent === 0 ? [sign * fraction, 1 - BIAS] : [sign * (fraction + 2 ** 52), exponent - BIAS];
}
