import { RmmError } from '@rmm/protocol';
import type { ComponentVariable } from './component-model.js';

/** Longest environment that a script is given of its own, bytes of names and values. */
const MOST_BYTES = 256 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** What a variable of this kind accepts, for people; undefined when the value fits. */
export function misfit({ type, choices }: Pick<ComponentVariable, 'type' | 'choices'>, value: string) {
  switch (type) {
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : 'a number';
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'true or false';
    case 'choice':
      return choices?.includes(value) ? undefined : `one of ${choices?.join(', ')}`;
    default:
      return undefined;
  }
}

/** Values for a component's declared variables. @throws RmmError `INVALID_INPUT` naming the variable */
export function boundVariables(
  declared: readonly ComponentVariable[],
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = new Set(declared.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(unknown, 'is not a variable of the component');
  const bound = new Map<string, string>();
  for (const variable of declared) {
    const { name, required, default: initial } = variable;
    const value = Object.hasOwn(given, name) ? given[name] : initial;
    if (value === undefined) {
      if (required) throw invalid(name, 'is missing');
      continue;
    }
    const wanted = misfit(variable, value);
    if (wanted !== undefined) throw invalid(name, `must be ${wanted}`);
    bound.set(name, value);
  }
  return sized(Object.fromEntries(bound));
}

/** Variables of a script that declares none. @throws RmmError `INVALID_INPUT` naming the variable */
export function freeVariables(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bad = Object.keys(given).find((name) => !NAME.test(name));
  if (bad !== undefined)
    throw invalid(bad, 'cannot name an environment variable; use at most 128 letters, digits and _, no digit first');
  return sized(given);
}

function sized<Variables extends Readonly<Record<string, string>>>(variables: Variables): Variables {
  const bytes = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value),
    0,
  );
  if (bytes <= MOST_BYTES) return variables;
  const message = `hold ${bytes} bytes in all; the limit is ${MOST_BYTES}`;
  throw new RmmError('INVALID_INPUT', `variables ${message}`, {
    details: { issues: [{ path: '/variables', message }] },
  });
}

function invalid(name: string, message: string): RmmError {
  return new RmmError('INVALID_INPUT', `variables: ${name} ${message}`, {
    details: { issues: [{ path: `/variables/${name}`, message }] },
  });
}
