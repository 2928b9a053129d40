import { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import type { ListColumn } from './list-column.js';
import { VarintReader, VarintWriter } from './varints.js';

/** So many rows, or values, are unpacked at a time: a millisecond or two. */
const STEP = 1024;

/** A column's values for some rows, to be stored: each distinct value once, and which of them each row holds. */
export interface PackedValues {
  readonly values: readonly ColumnValue[];
  /** By row the place of its value plus one, 0 for none: {@link VarintWriter}. */
  readonly places: string;
}

/** The lists of some rows, to be stored. */
export interface PackedRecords {
  readonly count: number;
  /** The distinct records, by the ids of their columns. */
  readonly columns: Readonly<Record<string, PackedValues>>;
  /** By row how many records, then their places, ascending: the differences between neighbours less one. */
  readonly places: string;
}

export function packValues(column: Column, rows: Iterable<number>): PackedValues {
  const places = new Map<number, number>();
  const values: ColumnValue[] = [];
  const written = new VarintWriter();
  for (const row of rows) {
    const value = column.value(row);
    if (value === undefined) {
      written.write(0);
      continue;
    }
    const token = column.tokenAt(row);
    const place = places.get(token) ?? values.push(value);
    places.set(token, place);
    written.write(place);
  }
  return { values, places: written.text() };
}

/**
 * Stores packed values in rows that hold none yet; a row below 0 stands for one to pass over.
 * @throws RangeError, TypeError for what was not packed so
 */
export function unpackValues(packed: PackedValues, column: Column, rows: Iterable<number>): void {
  const tokens = packed.values.map((value) => column.token(value));
  const places = new VarintReader(packed.places);
  for (const row of rows) {
    const token = tokenAt(places.read(), tokens);
    if (token !== undefined && row >= 0) column.put(row, token);
  }
  places.end();
}

/** The token at a place, counted from 1; undefined at 0. */
function tokenAt(place: number, tokens: readonly number[]): number | undefined {
  if (place > tokens.length) throw new RangeError('A value is packed that is not there');
  return tokens[place - 1];
}

/** For a column that is missing: of no row anything can be read. */
const NOT_PACKED: PackedValues = { values: [], places: '' };

export function packRecords(list: ListColumn, rows: readonly number[]): PackedRecords {
  const used = new Bitmap();
  for (const row of rows) for (const record of list.recordsOf(row)) used.add(record);
  const records = [...used.rows()];
  const places = new Uint32Array((records.at(-1) ?? -1) + 1);
  records.forEach((record, place) => {
    places[record] = place;
  });
  const written = new VarintWriter();
  for (const row of rows) {
    const own = list.recordsOf(row);
    written.write(own.length);
    let previous = -1;
    for (const record of own) {
      const place = places[record] as number;
      written.write(place - previous - 1);
      previous = place;
    }
  }
  const columns: Record<string, PackedValues> = {};
  for (const id of list.records.columnIds) {
    const column = list.records.column(id);
    if (column) columns[id] = packValues(column, records);
  }
  return { count: records.length, columns, places: written.text() };
}

/**
 * Stores packed lists in rows that hold none yet, passing over rows below 0, in steps of some milliseconds. Only while
 * the columns are loading.
 * @throws RangeError, TypeError for what was not packed so
 */
export function* unpackRecords(
  packed: PackedRecords,
  list: ListColumn,
  rows: readonly number[],
): Generator<void, void, undefined> {
  const records = yield* unpackTable(packed, list);
  const ascending = records.every((record, i) => i === 0 || record > (records[i - 1] as number));
  const places = new VarintReader(packed.places);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (i % STEP === 0) yield;
    const count = places.read();
    const own: number[] = [];
    let place = -1;
    for (let k = 0; k < count; k++) {
      place += places.read() + 1;
      const record = records[place];
      if (record === undefined) throw new RangeError('A record is packed that is not there');
      own.push(record);
    }
    if (row < 0) continue;
    if (!ascending) own.sort((a, b) => a - b);
    list.setRecords(row, own);
  }
  places.end();
}

/** By place the number that the list has for the record. */
function* unpackTable(packed: PackedRecords, list: ListColumn): Generator<void, readonly number[], undefined> {
  const columns = [];
  for (const id of list.records.columnIds) {
    const column = list.records.column(id);
    const { values, places } = packed.columns[id] ?? NOT_PACKED;
    const tokens: number[] = [];
    for (const value of values) {
      if (tokens.push(column?.token(value) ?? 0) % STEP === 0) yield;
    }
    columns.push({ empty: column?.token(undefined) ?? 0, tokens, places: new VarintReader(places) });
  }
  const records: number[] = [];
  const own = columns.map(({ empty }) => empty);
  while (records.length < packed.count) {
    for (let i = 0; i < columns.length; i++) {
      const { empty, tokens, places } = columns[i] as (typeof columns)[number];
      own[i] = tokenAt(places.read(), tokens) ?? empty;
    }
    if (records.push(list.records.internTokens(own)) % STEP === 0) yield;
  }
  for (const { places } of columns) places.end();
  return records;
}
