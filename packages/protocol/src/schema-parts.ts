import { Type } from 'typebox';

/** Options of every object on the wire: what the schema does not name is refused. */
export const strict = { additionalProperties: false } as const;
export const Id = Type.String({ minLength: 1, maxLength: 64 });
/** A key, nonce or signature in base64url. */
export const Key = Type.String({ minLength: 1, maxLength: 128 });

/** Every integer is bounded, for 1e300 is one too and storage could not hold it. */
const int = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
export const Count = Type.Integer(int);
export const Positive = Type.Integer({ ...int, minimum: 1 });
/** Epoch milliseconds, up to the last moment that a `Date` can hold. */
export const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
export const Versions = Type.Object({ min: Positive, max: Positive }, strict);
