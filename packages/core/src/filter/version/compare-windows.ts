import { compareDigits } from './digits.js';

const FOUR_PARTS = /^\d+(?:\.\d+){0,3}$/;

/** File and product versions of Windows: up to four numbers; `undefined` where one side is no such version. */
export function compareWindows(a: string, b: string): number | undefined {
  if (!FOUR_PARTS.test(a) || !FOUR_PARTS.test(b)) return undefined;
  const left = a.split('.');
  const right = b.split('.');
  for (let part = 0; part < 4; part++) {
    const order = compareDigits(left[part] ?? '', right[part] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
