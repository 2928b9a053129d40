/** An input as any operation takes it. */
export type Input = Readonly<Record<string, unknown>>;

/** An operation's input laid out as an HTTP request. */
export interface RequestParts {
  readonly method: string;
  /** Path and query, below the API's base. */
  readonly path: string;
  /** JSON text; absent for methods that carry their input in the query. */
  readonly body?: string;
}

const IN_QUERY = new Set(['GET', 'DELETE']);

/**
 * Lays out an input by a route such as `GET /devices/:deviceId`: named parts go into the path; what is left goes into
 * the query (arrays of scalars as repeated keys, objects as JSON) or, for other methods, into a JSON body.
 */
export function requestOf(route: string, input: Input): RequestParts {
  const space = route.indexOf(' ');
  const method = route.slice(0, space);
  const used = new Set<string>();
  const path = route.slice(space + 1).replace(/:([A-Za-z]+)/g, (_, name: string) => {
    used.add(name);
    return encodeURIComponent(String(input[name] ?? ''));
  });
  const rest = Object.entries(input).filter(([name, value]) => !used.has(name) && value !== undefined);
  if (!IN_QUERY.has(method)) return { method, path, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = queryOf(rest);
  return { method, path: query ? `${path}?${query}` : path };
}

function queryOf(entries: readonly (readonly [string, unknown])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) {
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
      for (const item of value) query.append(name, String(item));
    } else {
      query.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
  }
  return query.toString();
}
