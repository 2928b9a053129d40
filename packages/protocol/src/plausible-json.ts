import { LIMITS } from './limits.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Shorter texts cannot keep a parser busy for long. */
const HARMLESS = 32 * 1024;

/**
 * Whether a text, were it JSON, stays within the caps on depth and number of values. A few kilobytes deflate four million
 * nested lists, which take `JSON.parse` more than a second; this look beforehand takes milliseconds.
 */
export function isPlausibleJson(json: Buffer): boolean {
  if (json.length < HARMLESS) return true;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      if (at < 0) return false;
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values += 1;
      depth += 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
    if (depth > LIMITS.frameDepth || values > LIMITS.frameValues) return false;
  }
  return true;
}

/** Where the string that begins at `start` ends; -1 when it does not. */
function endOfString(json: Buffer, start: number): number {
  let end = json.indexOf(QUOTE, start + 1);
  while (end >= 0) {
    let escapes = 0;
    while (json[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
    end = json.indexOf(QUOTE, end + 1);
  }
  return -1;
}
