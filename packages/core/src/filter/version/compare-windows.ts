import { compareDigits } from './digits.js';

const FOUR_PARTS = /^\d+(?:\.\d+){0,3}$/;

/** Whether a text without blanks around has the form of such a version. */
export const isWindowsVersion = (text: string): boolean => FOUR_PARTS.test(text);

/** File and product versions of Windows: up to four numbers; `undefined` where one side is no such version. */
export function compareWindows(a: string, b: string): number | undefined {
  if (!isWindowsVersion(a) || !isWindowsVersion(b)) return undefined;
  const left = a.split('.');
  const right = b.split('.');
  for (let part = 0; part < 4; part++) {
    const order = compareDigits(left[part] ?? '', right[part] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
