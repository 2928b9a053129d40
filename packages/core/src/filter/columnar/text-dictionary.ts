import { foldText } from '../fold-text.js';
import { matchesPattern, type TextPattern } from '../text-pattern.js';
import { HashTable } from './hash-table.js';
import { hashText } from './hash-text.js';
import { scanSegment } from './scan-segment.js';

/** So many texts share a segment. */
const SEGMENT = 1024;

/**
 * A text of 1,024 texts one after the other, as given and folded (the same string where folding changed nothing). Two
 * long strings take far less memory than two thousand short ones, and a search runs over them without stopping at each.
 */
export interface TextSegment {
  readonly raw: string;
  readonly folded: string;
  readonly rawEnds: Uint32Array;
  readonly foldedEnds: Uint32Array;
}

/** Distinct texts, numbered from 0 in order of arrival. Never forgets: its column rebuilds it when too many are dead. */
export class TextDictionary {
  readonly #segments: TextSegment[] = [];
  #tail: string[] = [];
  #foldedTail: string[] = [];
  /** The text last cut out of a segment: a device's change asks many conditions about the same one. */
  #lastId = -1;
  #lastFolded = '';
  readonly #table = new HashTable((id) => hashText(this.raw(id)));

  get size(): number {
    return this.#segments.length * SEGMENT + this.#tail.length;
  }

  /** The text's number, new or known. */
  intern(text: string): number {
    const table = this.#table;
    let place = table.start(hashText(text));
    for (let id = table.at(place); id >= 0; id = table.at(place)) {
      if (this.#is(id, text)) return id;
      place = table.next(place);
    }
    const id = this.size;
    this.#tail.push(text);
    this.#foldedTail.push(foldText(text));
    table.insert(place, id);
    if (this.#tail.length === SEGMENT) this.#seal();
    return id;
  }

  raw(id: number): string {
    const segment = this.#segments[Math.floor(id / SEGMENT)];
    if (segment === undefined) return this.#tail[id % SEGMENT] ?? '';
    return slice(segment.raw, segment.rawEnds, id % SEGMENT);
  }

  folded(id: number): string {
    const segment = this.#segments[Math.floor(id / SEGMENT)];
    if (segment === undefined) return this.#foldedTail[id % SEGMENT] ?? '';
    if (id !== this.#lastId) {
      this.#lastFolded = slice(segment.folded, segment.foldedEnds, id % SEGMENT);
      this.#lastId = id;
    }
    return this.#lastFolded;
  }

  /** Calls back for each text whose folded form fits the pattern, ascending. */
  search(pattern: TextPattern, found: (id: number) => void): void {
    this.#segments.forEach((segment, number) => {
      scanSegment(segment.folded, segment.foldedEnds, pattern, number * SEGMENT, found);
    });
    const base = this.#segments.length * SEGMENT;
    this.#foldedTail.forEach((text, i) => {
      if (matchesPattern(pattern, text)) found(base + i);
    });
  }

  #is(id: number, text: string): boolean {
    const segment = this.#segments[Math.floor(id / SEGMENT)];
    if (segment === undefined) return this.#tail[id % SEGMENT] === text;
    const place = id % SEGMENT;
    const start = place === 0 ? 0 : (segment.rawEnds[place - 1] as number);
    return (segment.rawEnds[place] as number) - start === text.length && segment.raw.startsWith(text, start);
  }

  #seal(): void {
    const raw = flat(this.#tail);
    const folded = flat(this.#foldedTail);
    const rawEnds = ends(this.#tail);
    const same = raw === folded;
    this.#segments.push({
      raw,
      folded: same ? raw : folded,
      rawEnds,
      foldedEnds: same ? rawEnds : ends(this.#foldedTail),
    });
    this.#tail = [];
    this.#foldedTail = [];
  }
}

function slice(text: string, ends: Uint32Array, place: number): string {
  return text.slice(place === 0 ? 0 : ends[place - 1], ends[place]);
}

function ends(texts: readonly string[]): Uint32Array {
  let end = 0;
  return Uint32Array.from(texts, (text) => {
    end += text.length;
    return end;
  });
}

function flat(texts: readonly string[]): string {
  return texts.join('');
}
