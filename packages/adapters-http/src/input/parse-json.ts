import { invalidInput } from './invalid-input.js';

/** Deeper nesting than any honest input has; validators recurse, so unbounded depth would exhaust the stack. */
const MAX_DEPTH = 100;

/** @throws RmmError `INVALID_INPUT` when the text is not JSON or is nested too deeply. */
export function parseJson(text: string, field: string): unknown {
  if (exceedsDepth(text)) throw invalidInput(field, `JSON nested deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidInput(field, `valid JSON expected (${error instanceof Error ? error.message : 'malformed'})`);
  }
}

function exceedsDepth(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      depth++;
      if (depth > MAX_DEPTH) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}
