import type { OperationContract } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';

/** An operation that HTTP reaches. */
export interface Route {
  /** Its full name, `devices.move`. */
  readonly name: string;
  readonly contract: OperationContract;
  readonly method: string;
  /** As declared: `/devices/:deviceId`. */
  readonly path: string;
  /** Names of the path's parameters, in order. */
  readonly params: readonly string[];
}

/** What a path leads to: the route, or the methods it knows instead. */
export type Match =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly allow: readonly string[] };

interface Node {
  readonly children: Map<string, Node>;
  param: Node | undefined;
  readonly routes: Map<string, Route>;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const ROUTE = /^([A-Z]+) (\/\S*)$/;
const node = (): Node => ({ children: new Map(), param: undefined, routes: new Map() });

/** Finds operations by method and path: a tree over path segments, in which literal segments go before parameters. */
export class RouteTable {
  readonly routes: readonly Route[];
  readonly #root = node();

  /** @throws RmmError `PLUGIN_INVALID` when a route is malformed. That none is declared twice is the host's to see to. */
  constructor(operations: ReadonlyMap<string, OperationContract>) {
    const routes: Route[] = [];
    for (const [name, contract] of operations) {
      if (contract.route === undefined) continue;
      const route = parseRoute(name, contract.route, contract);
      this.#add(route);
      routes.push(route);
    }
    this.routes = routes;
  }

  /** Undefined when no route has this path. `path` is percent-encoded, as in the URL. */
  match(method: string, path: string): Match | undefined {
    const nodes: { at: Node; values: readonly string[] }[] = [];
    collect(this.#root, path.slice(1).split('/'), 0, [], nodes);
    for (const { at, values } of nodes) {
      const route = at.routes.get(method);
      if (route) return { route, params: namedParams(route, values) };
    }
    const allow = [...new Set(nodes.flatMap(({ at }) => [...at.routes.keys()]))];
    return allow.length > 0 ? { allow } : undefined;
  }

  #add(route: Route): void {
    let at = this.#root;
    for (const segment of route.path.slice(1).split('/')) {
      if (segment.startsWith(':')) {
        at.param ??= node();
        at = at.param;
        continue;
      }
      const next = at.children.get(segment) ?? node();
      at.children.set(segment, next);
      at = next;
    }
    at.routes.set(route.method, route);
  }
}

function parseRoute(name: string, declared: string, contract: OperationContract): Route {
  const [, method, path] = ROUTE.exec(declared) ?? [];
  if (!method || !path || !METHODS.has(method)) {
    throw new RmmError('PLUGIN_INVALID', `The route of ${name}, "${declared}", is not a method and a path.`);
  }
  const params = path
    .split('/')
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1));
  return { name, contract, method, path, params };
}

function collect(
  at: Node,
  segments: readonly string[],
  depth: number,
  values: readonly string[],
  into: { at: Node; values: readonly string[] }[],
): void {
  const segment = segments[depth];
  if (segment === undefined) {
    into.push({ at, values });
    return;
  }
  const literal = at.children.get(segment);
  if (literal) collect(literal, segments, depth + 1, values, into);
  if (at.param && segment !== '') collect(at.param, segments, depth + 1, [...values, segment], into);
}

function namedParams(route: Route, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(route.params.map((name, index) => [name, decode(name, values[index] ?? '')]));
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new RmmError('INVALID_INPUT', `${name} in the path is not valid percent-encoding.`, {
      details: { issues: [{ path: `/${name}`, message: 'valid percent-encoding expected' }] },
    });
  }
}
