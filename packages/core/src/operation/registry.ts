import { RmmError } from '@rmm/protocol';
import type { Operation } from './operation.js';

const NAME = /^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/;
const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/[a-z][a-z0-9-]*(\.[a-z]+)?|\/:[a-z][A-Za-z0-9]*)+$/;

/** Would make an Api something that it is not: a promise to await, or its own constructor. */
const RESERVED = new Set(['then', 'constructor']);

/**
 * All operations by name.
 * @param permissions the names of all permissions that roles can grant
 * @throws RmmError `PLUGIN_INVALID` on a malformed or repeated name or route, or a permission that nobody declares
 */
export function buildRegistry(
  operations: readonly Operation[],
  permissions: ReadonlySet<string>,
): ReadonlyMap<string, Operation> {
  const byName = new Map<string, Operation>();
  const routes = new Map<string, string>();
  for (const operation of operations) {
    const { name, contract } = operation;
    if (!NAME.test(name))
      throw new RmmError('PLUGIN_INVALID', `The operation name "${name}" is not of the form feature.verb`);
    const reserved = name.split('.').find((part) => RESERVED.has(part));
    if (reserved) throw new RmmError('PLUGIN_INVALID', `The operation "${name}" uses the reserved name "${reserved}"`);
    if (byName.has(name)) throw new RmmError('PLUGIN_INVALID', `The operation "${name}" is declared twice`);
    byName.set(name, operation);
    assertPermission(operation, permissions);
    if (contract.route === undefined) continue;
    if (!ROUTE.test(contract.route)) {
      throw new RmmError(
        'PLUGIN_INVALID',
        `The route "${contract.route}" of ${name} is malformed; expected e.g. "GET /devices/:deviceId"`,
      );
    }
    for (const [, parameter] of contract.route.matchAll(/:([A-Za-z0-9]+)/g)) {
      if (parameter && !(parameter in contract.input.properties)) {
        throw new RmmError('PLUGIN_INVALID', `The route of ${name} names "${parameter}", which is not in its input`);
      }
    }
    const shape = contract.route.replaceAll(/:[A-Za-z0-9]+/g, ':');
    const other = routes.get(shape);
    if (other) throw new RmmError('PLUGIN_INVALID', `${name} and ${other} have the same route ${contract.route}`);
    routes.set(shape, name);
  }
  return byName;
}

function assertPermission({ name, contract: { requires } }: Operation, permissions: ReadonlySet<string>): void {
  if (typeof requires === 'string') return;
  const unknown = [requires.permission, ...(requires.views ?? [])].find((permission) => !permissions.has(permission));
  if (unknown === undefined) return;
  throw new RmmError('PLUGIN_INVALID', `${name} requires the permission "${unknown}", which is not declared`);
}
