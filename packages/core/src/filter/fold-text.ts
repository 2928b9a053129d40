const ASCII = /^[\0-\x7f]*$/;

/**
 * The form in which texts are compared, searched and sorted: Unicode compatibility composition (NFKC: full-width and
 * ligature forms become plain), lower case without regard to a locale, final sigma as sigma. `ß` and `ss` stay distinct.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');
}
