import { CODE_PAGES } from './code-pages.js';

/** Windows code pages that `TextDecoder` knows by another name. */
const WEB_LABELS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
};

/** What is left of an output after capping. */
export interface OutputParts {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly omitted: number;
}

/** Length of the line that stands for what was left out, at most. */
const NOTE_LENGTH = 64;

/**
 * Text of what a script printed: UTF-16 when it begins with a byte-order mark, else UTF-8; where a code page is given and
 * the bytes are not UTF-8, that code page. Bytes that mean nothing, and NUL, become U+FFFD, so that the text can be
 * stored and shown anywhere.
 *
 * @param codePage - number of the console's Windows code page
 * @param cap - UTF-8 bytes that the text may take; decoding can triple what the script wrote
 */
export function decodeOutput(parts: OutputParts, codePage?: number, cap = Number.POSITIVE_INFINITY): string {
  const text = decodeParts(parts, codePage);
  if (Buffer.byteLength(text) <= cap) return text;
  const bytes = Buffer.from(text);
  const headLength = Math.floor((cap * 3) / 4);
  const tailLength = Math.max(0, cap - headLength - NOTE_LENGTH);
  const omitted = parts.omitted + bytes.length - headLength - tailLength;
  return decodeParts({ head: bytes.subarray(0, headLength), tail: bytes.subarray(bytes.length - tailLength), omitted });
}

function decodeParts({ head, tail, omitted }: OutputParts, codePage?: number): string {
  const utf16 = head[0] === 0xff && head[1] === 0xfe;
  if (omitted === 0) return decode(tail.length === 0 ? head : Buffer.concat([head, tail]), utf16, codePage);
  const odd = utf16 ? (head.length + omitted) % 2 : 0;
  const parts = [wholeBeginning(head, utf16), wholeEnd(tail.subarray(odd), utf16)] as const;
  const note = `\n[… ${omitted} bytes left out …]\n`;
  return decode(parts[0], utf16, codePage) + note + decode(parts[1], utf16, codePage);
}

function decode(bytes: Uint8Array, utf16: boolean, codePage: number | undefined): string {
  return printable(utf16 ? new TextDecoder('utf-16le').decode(bytes) : decode8(bytes, codePage));
}

function decode8(bytes: Uint8Array, codePage: number | undefined): string {
  if (codePage === undefined || isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const upper = CODE_PAGES[codePage];
  if (upper === undefined) return decoderOf(codePage).decode(bytes);
  let text = '';
  for (const byte of bytes) text += byte < 128 ? String.fromCharCode(byte) : upper[byte - 128];
  return text;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function decoderOf(codePage: number): TextDecoder {
  try {
    return new TextDecoder(WEB_LABELS[codePage] ?? `windows-${codePage}`);
  } catch {
    return new TextDecoder();
  }
}

/** PostgreSQL's text holds no NUL, and a terminal none either. */
export function printable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** Without the character that the cut went through. */
function wholeBeginning(bytes: Uint8Array, utf16: boolean): Uint8Array {
  if (utf16) return bytes.subarray(0, bytes.length - (bytes.length % 2));
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
    if (byte < 0x80) break;
  }
  return bytes;
}

function wholeEnd(bytes: Uint8Array, utf16: boolean): Uint8Array {
  if (utf16) return bytes;
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start);
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

/** The same for output that is still coming: pieces of text, none of which splits a character. */
export class OutputDecoder {
  #decoder: TextDecoder | undefined;
  readonly #label: string;
  /** Characters given out so far. */
  #offset = 0;

  constructor(codePage?: number) {
    const decoder = codePage === undefined || CODE_PAGES[codePage] ? undefined : decoderOf(codePage);
    this.#label = decoder?.encoding ?? 'utf-8';
  }

  decode(chunk: Uint8Array): { readonly text: string; readonly offset: number } {
    this.#decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : this.#label);
    const piece = { text: printable(this.#decoder.decode(chunk, { stream: true })), offset: this.#offset };
    this.#offset += piece.text.length;
    return piece;
  }
}
