import type { ModelDef } from '@rmm/core/ports';
import type { FieldCodec } from './field-codec.js';
import { inputError } from './input-error.js';

/** PostgreSQL refuses index entries above 2,704 bytes; numbers and headers take the rest. */
const INDEX_BYTES = 2400;

/**
 * How many UTF-8 bytes the text fields of keys, unique combinations and indexes may hold: the text fields of a
 * combination share what an index entry can take, so that a row fits on every database or on none.
 */
export function textBounds(model: ModelDef): ReadonlyMap<string, number> {
  const bounds = new Map<string, number>();
  for (const combination of [model.key, ...(model.unique ?? []), ...(model.indexes ?? [])]) {
    const texts = combination.filter((field) => model.fields[field]?.type === 'string');
    const share = Math.floor(INDEX_BYTES / texts.length);
    for (const field of texts) bounds.set(field, Math.min(share, bounds.get(field) ?? share));
  }
  return bounds;
}

/** Refuses text above `bytes`, if there is a bound. */
export function boundedCodec(codec: FieldCodec, bytes: number | undefined): FieldCodec {
  if (bytes === undefined) return codec;
  return {
    encode: (value, path) => {
      const text = codec.encode(value, path);
      // A UTF-16 unit makes at most three bytes: counting is seldom needed.
      if (typeof text === 'string' && text.length * 3 > bytes && Buffer.byteLength(text) > bytes) {
        throw inputError(path, `text of an indexed field must not exceed ${bytes} bytes`);
      }
      return text;
    },
    decode: codec.decode,
  };
}
