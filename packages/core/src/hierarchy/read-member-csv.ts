import { RmmError } from '@rmm/protocol';
import { CsvError, parse } from 'csv-parse/sync';
import { foldText } from '../filter/fold-text.js';

/** What a column of a file can name members by. */
export type MemberKey = 'id' | 'hostname' | 'serial' | 'mac' | 'name';

/** A member that a line of the file names. */
export interface NamedMember {
  /** From 1, as editors count. */
  readonly line: number;
  readonly value: string;
}

/** How columns are headed, ours and other products’; the first of several that a file has counts. */
const HEADERS: Readonly<Record<MemberKey, readonly string[]>> = {
  id: ['id', 'device id', 'profile id', 'uuid'],
  hostname: ['hostname', 'host name', 'host', 'device', 'device name', 'computer', 'computer name'],
  serial: ['serial number', 'serial', 'serial no', 'service tag'],
  mac: ['mac address', 'mac', 'mac addresses'],
  name: ['name', 'profile', 'profile name', 'site', 'site name'],
};
/** What may separate cells; of those that a head holds equally often the first, for texts hold commas. */
const SEPARATORS = ['\t', ';', ','] as const;
/** A file put together from several may end its lines in several ways. */
const LINE_ENDS = ['\r\n', '\n', '\r'];
const LINE_END = /\r\n|\n|\r/;
/** So much of a file shows its head. */
const HEAD = 10_000;
/** Reading takes a second for so many, in which the server does nothing else. */
const MOST_LINES = 200_000;
/** What {@link toCsv} puts before a value that a spreadsheet could run. */
const QUOTED_FORMULA = /^'(?=[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/;

/**
 * Reads the column of a file that names members: the one headed so, or the only one of a file without heads. Commas,
 * semicolons or tabs separate, since spreadsheets write what the country uses; which, the head tells.
 * @param keys - what this group's members can be named by
 * @throws RmmError `INVALID_INPUT` for what is no CSV (RFC 4180), and when no column can be told
 */
export function readMemberCsv(
  csv: string,
  keys: readonly MemberKey[],
  by: MemberKey | undefined,
): { readonly key: MemberKey; readonly members: readonly NamedMember[] } {
  const records = parsed(csv);
  const [head = []] = records.map(({ cells }) => cells);
  const wanted = by === undefined ? keys : [by];
  const key = wanted.find((one) => columnOf(head, one) >= 0);
  if (key !== undefined) return { key, members: column(records.slice(1), columnOf(head, key)) };
  if (by !== undefined && records.every(({ cells }) => cells.length === 1))
    return { key: by, members: column(records, 0) };
  const heads = wanted.map((one) => `“${HEADERS[one][0]}”`).join(', ');
  throw invalid(
    `has no column headed ${heads}${by === undefined ? '; head it so, or say in “by” what a file of one column holds' : ''}`,
  );
}

interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

function parsed(csv: string): readonly CsvLine[] {
  if (csv.split(LINE_END, MOST_LINES + 1).length > MOST_LINES)
    throw invalid(`has more than ${MOST_LINES} lines; split it`);
  try {
    const options = {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: LINE_ENDS,
      delimiter: separatorsOf(csv),
    };
    const found = parse(csv, options) as unknown as readonly { info: { lines: number }; record: readonly string[] }[];
    return found.map(({ info, record }) => ({ line: info.lines, cells: record.map(clean) }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`is not CSV: ${error.message}`);
  }
}

/** Of what its head holds most outside of quotes; all where it holds none, as a file of one column does. */
function separatorsOf(csv: string): string[] {
  const bare = csv.slice(0, HEAD).replaceAll(/"[^"]*"/g, '');
  const head = bare.split(LINE_END).find((line) => line.trim() !== '') ?? '';
  const counted = SEPARATORS.map((separator) => ({ separator, count: head.split(separator).length - 1 }));
  const most = Math.max(...counted.map(({ count }) => count));
  const found = counted.find(({ count }) => count === most);
  return most === 0 || !found ? [...SEPARATORS] : [found.separator];
}

const clean = (cell: string): string => cell.replace(QUOTED_FORMULA, '').trim();

const columnOf = (head: readonly string[], key: MemberKey): number =>
  head.findIndex((cell) => HEADERS[key].includes(foldText(cell).replaceAll(/[\s_-]+/g, ' ')));

/** Lines without a value name nobody. */
const column = (records: readonly CsvLine[], at: number): readonly NamedMember[] =>
  records.flatMap(({ line, cells }) => (cells[at] ? [{ line, value: cells[at] }] : []));

function invalid(message: string): RmmError {
  return new RmmError('INVALID_INPUT', `csv ${message}`, { details: { issues: [{ path: '/csv', message }] } });
}
