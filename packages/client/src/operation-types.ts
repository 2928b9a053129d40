import type { RmmApi } from '@rmm/core';

/** What a remote caller can do: everything but the operations that only the embedding host has. */
export type RemoteApi = Omit<RmmApi, 'systems'>;

type Features = { readonly [Feature in keyof RemoteApi]: RemoteApi[Feature] };

/** Full name of an operation, as in `devices.move`. */
export type OperationName = {
  [Feature in keyof Features & string]: `${Feature}.${keyof Features[Feature] & string}`;
}[keyof Features & string];

type CallOf<Name extends string> = Name extends `${infer Feature}.${infer Operation}`
  ? Feature extends keyof Features
    ? Operation extends keyof Features[Feature]
      ? Features[Feature][Operation]
      : never
    : never
  : never;

/** What an operation takes. */
export type InputOf<Name extends OperationName> =
  CallOf<Name> extends (...input: infer Input) => unknown ? NonNullable<Input[0]> : never;

/** What an operation gives. */
export type OutputOf<Name extends OperationName> =
  CallOf<Name> extends (...input: never[]) => Promise<infer Output> ? Output : never;

/** Operations that answer once, in contrast to `events.subscribe`. */
export type AnsweringOperation = Exclude<OperationName, 'events.subscribe'>;
