type Caller = (name: string, input: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>;
type ApiConstructor = new (call: Caller) => object;

/** One of an operation's outputs after another, begun when the first is asked for. */
async function* outputs(opened: Promise<unknown>): AsyncIterable<unknown> {
  yield* (await opened) as AsyncIterable<unknown>;
}

/**
 * Builds, once per server, the class behind `rmm.as(actor)`: a property for each feature and in it a method for each
 * operation. Making an instance costs one object; a feature's methods live on a shared prototype.
 */
export function actorApi(operations: Iterable<{ readonly name: string; readonly kind: string }>): ApiConstructor {
  const features = new Map<string, ApiConstructor>();
  for (const { name, kind } of operations) {
    const [feature = '', verb = ''] = name.split('.');
    let type = features.get(feature);
    if (!type) {
      type = class {
        readonly call: Caller;
        constructor(call: Caller) {
          this.call = call;
        }
      };
      features.set(feature, type);
    }
    Object.defineProperty(type.prototype, verb, {
      value(this: { call: Caller }, input?: unknown, options?: { signal?: AbortSignal }) {
        const opened = this.call(name, input, options);
        return kind === 'stream' ? outputs(opened) : opened;
      },
    });
  }
  class Api {
    readonly #call: Caller;
    constructor(call: Caller) {
      this.#call = call;
    }
    feature(type: ApiConstructor): object {
      return new type(this.#call);
    }
  }
  for (const [feature, type] of features) {
    Object.defineProperty(Api.prototype, feature, {
      get(this: Api) {
        return this.feature(type);
      },
    });
  }
  return Api;
}
