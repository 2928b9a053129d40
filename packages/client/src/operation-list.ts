/** What a server can do for its users, as its OpenAPI description tells it. */
export interface OperationInfo {
  /** Full name, as in `devices.move`. */
  readonly name: string;
  /** The part of the name before the dot: `devices`. */
  readonly feature: string;
  /** One sentence in the imperative. */
  readonly summary: string;
  /** It is a command, which leaves an entry in the activity log. */
  readonly changes: boolean;
}

interface Described {
  readonly operationId?: unknown;
  readonly summary?: unknown;
  readonly description?: unknown;
  readonly tags?: readonly unknown[];
  readonly security?: readonly object[];
}

/** The operations of an OpenAPI document that users may call, plugins' with them; agents' own are left out. */
export function operationsOf(document: unknown): readonly OperationInfo[] {
  const { paths = {} } = document as { readonly paths?: Readonly<Record<string, Readonly<Record<string, Described>>>> };
  return Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ description }) => description !== undefined && !String(description).startsWith('For agents'))
    .map(({ operationId, summary, tags = [], security = [] }) => ({
      name: String(operationId),
      feature: String(tags[0] ?? ''),
      summary: String(summary),
      // Only commands of a browser session need the token against forged requests.
      changes: security.some((scheme) => 'csrf' in scheme),
    }));
}
