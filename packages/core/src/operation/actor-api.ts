import { LazyStream } from './lazy-stream.js';

type Caller = (name: string, input: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>;
type ApiConstructor = new (call: Caller) => object;

const CALL = Symbol('call');

class Feature {
  readonly [CALL]: Caller;
  constructor(call: Caller) {
    this[CALL] = call;
  }
}

/**
 * Builds, once per server, the class behind `rmm.as(actor)`: a property for each feature and in it a method for each
 * operation. Making an instance costs one object; a feature's methods live on a shared prototype.
 */
export function actorApi(operations: Iterable<{ readonly name: string; readonly kind: string }>): ApiConstructor {
  const features = new Map<string, typeof Feature>();
  for (const { name, kind } of operations) {
    const [feature = '', verb = ''] = name.split('.');
    let type = features.get(feature);
    if (!type) {
      type = class extends Feature {};
      features.set(feature, type);
    }
    Object.defineProperty(type.prototype, verb, { value: kind === 'stream' ? streamMethod(name) : callMethod(name) });
  }
  class Api extends Feature {}
  for (const [feature, type] of features) {
    Object.defineProperty(Api.prototype, feature, {
      get(this: Api) {
        return new type(this[CALL]);
      },
    });
  }
  return Api;
}

function callMethod(name: string) {
  return function method(this: Feature, input?: unknown, options?: { signal?: AbortSignal }): Promise<unknown> {
    return this[CALL](name, input, options);
  };
}

function streamMethod(name: string) {
  return function method(this: Feature, input?: unknown, { signal }: { signal?: AbortSignal } = {}) {
    return new LazyStream(async (ended) => {
      const both = signal ? AbortSignal.any([signal, ended]) : ended;
      return (await this[CALL](name, input, { signal: both })) as AsyncIterable<unknown>;
    });
  };
}
