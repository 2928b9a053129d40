/** Makes Excel read the file as UTF-8. */
const BOM = '\uFEFF';
/** A cell that begins so may be run as a formula by a spreadsheet (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** Semicolons and tabs too: in some countries spreadsheets split there, and the rest could be a formula again. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Rows as comma-separated values (RFC 4180), safe to open in a spreadsheet. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return BOM + rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

/** What could be a formula gets an apostrophe in front, which spreadsheets take for “text”; numbers stay numbers. */
function toCell(value: string): string {
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
