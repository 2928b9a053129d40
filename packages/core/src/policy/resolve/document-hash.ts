import { hash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';
import type { EffectiveDocument } from './policy-resolution.js';

/** 128 bits. */
const HEX_DIGITS = 32;

/** The name of a JSON value: equal values, whatever the order of their keys, have equal hashes. */
export function contentHash(value: unknown): string {
  return textHash(canonicalJson(value));
}

/**
 * The name of a document, made from those of its parts so that parts which many documents share are hashed once: a
 * document is named by its types' hashes by name, a type by its fields' hashes by name, a list in a field by the list of
 * its items' hashes, and everything below by {@link contentHash}. Types and fields that are undefined do not count.
 */
export function documentHash(document: EffectiveDocument): string {
  return partsHash(
    byName(document).map(([type, settings]) =>
      part(type, partsHash(byName(settings).map(([field, value]) => part(field, fieldHash(value))))),
    ),
  );
}

/** A part with its name, as {@link partsHash} takes it. */
export function part(name: string, hash: string): string {
  return `${partLabel(name)}${hash}"`;
}

/** The beginning of a part; its hash and a quotation mark complete it. */
export function partLabel(name: string): string {
  return `${JSON.stringify(name)}:"`;
}

/** The same as `contentHash` of an object of hashes by name. @param parts in the order of their names */
export function partsHash(parts: readonly string[]): string {
  return textHash(`{${parts.join(',')}}`);
}

export function fieldHash(value: unknown): string {
  return Array.isArray(value) ? listHash(value.map(contentHash)) : contentHash(value);
}

/** The same as `contentHash(hashes)`. @param hashes of the items of a list */
export function listHash(hashes: readonly string[]): string {
  return textHash(hashes.length === 0 ? '[]' : `["${hashes.join('","')}"]`);
}

function byName<V>(parts: Readonly<Record<string, V>>): readonly (readonly [string, V])[] {
  return Object.entries(parts)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function textHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, HEX_DIGITS);
}
