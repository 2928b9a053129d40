import type { FieldDef, FieldType } from '@rmm/core/ports';
import { inputError } from './input-error.js';
import type { SqlValue } from './sql-connection.js';

/** Turns values of one field into what the database holds, and back. */
export interface FieldCodec {
  /** @throws RmmError `INVALID_INPUT` naming `path` when the value does not fit the field. */
  encode(value: unknown, path: string): SqlValue;
  decode(stored: unknown): unknown;
}

const same = (stored: unknown): unknown => stored;

function shown(value: unknown): string {
  if (typeof value === 'string') return `text ${JSON.stringify(value.slice(0, 40))}`;
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `${typeof value} ${String(value)}`;
}

/**
 * PostgreSQL cannot hold NUL in text, and neither database can hold half of a surrogate pair: both would come back as
 * something else, or not at all. Refusing them makes every stored text come back as it was.
 */
function encodeText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw inputError(path, `expected text, got ${shown(value)}`);
  if (value.includes('\0')) throw inputError(path, 'text must not contain the NUL character (U+0000)');
  if (/\p{Surrogate}/u.test(value))
    throw inputError(path, 'text must be well-formed Unicode (unpaired surrogate found)');
  return value;
}

function encodeInteger(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw inputError(path, `expected an integer within ±(2^53 − 1), got ${shown(value)}`);
  }
  return value + 0; // −0 → 0: no database keeps the sign
}

function encodeReal(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw inputError(path, `expected a finite number, got ${shown(value)}`);
  }
  return value + 0;
}

function checkBool(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw inputError(path, `expected true or false, got ${shown(value)}`);
  return value;
}

/** Kept as text, so that key order and escapes such as `\u0000` come back as they were. */
function encodeJson(value: unknown, path: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw inputError(path, 'expected a value that JSON can express', cause);
  }
  if (text === undefined) throw inputError(path, `expected a value that JSON can express, got ${typeof value}`);
  return text;
}

const decodeJson = (stored: unknown): unknown => (typeof stored === 'string' ? JSON.parse(stored) : stored);

/** Codecs of a database; `bool` tells whether it has booleans or keeps 0 and 1. */
export function fieldCodec(type: FieldType, bool: 'native' | 'number'): FieldCodec {
  switch (type) {
    case 'string':
      return { encode: encodeText, decode: same };
    case 'int':
    case 'time':
      return { encode: encodeInteger, decode: same };
    case 'real':
      return { encode: encodeReal, decode: same };
    case 'json':
      return { encode: encodeJson, decode: decodeJson };
    case 'bool':
      return bool === 'native'
        ? { encode: checkBool, decode: same }
        : {
            encode: (value, path) => (checkBool(value, path) ? 1 : 0),
            decode: (stored) => stored === 1,
          };
  }
}

/** Lets `null` (or nothing) through when the field may hold it, and else asks for a value. */
export function nullableCodec(codec: FieldCodec, field: FieldDef): FieldCodec {
  if (field.nullable) {
    return {
      encode: (value, path) => (value === null || value === undefined ? null : codec.encode(value, path)),
      decode: (stored) => (stored === null ? null : codec.decode(stored)),
    };
  }
  return {
    encode: (value, path) => {
      if (value === null || value === undefined) throw inputError(path, 'a value is required');
      return codec.encode(value, path);
    },
    decode: codec.decode,
  };
}
