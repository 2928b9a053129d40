import { type InputIssue, RmmError } from '@rmm/protocol';
import type { ComponentVariable } from './component-manifest.js';

/** An input as a program gives it; scripts get its text. */
export type InputValue = string | number | boolean;

/** What is wrong with a value for a variable, for people; undefined when nothing is. */
export function valueProblem({ type, choices }: ComponentVariable, text: string): string | undefined {
  if (text.includes('\0')) return 'must not hold the character NUL';
  switch (type) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? undefined : 'must be a number';
    case 'boolean':
      return text === 'true' || text === 'false' ? undefined : 'must be true or false';
    case 'choice':
      return choices?.includes(text) ? undefined : `must be one of ${choices?.join(', ') ?? ''}`;
    default:
      return undefined;
  }
}

/**
 * The environment variables of a script from the inputs given, with defaults where none is.
 *
 * @throws RmmError `INVALID_INPUT` naming each input that is missing, unknown or not of its variable's type
 */
export function resolveInputs(
  variables: readonly ComponentVariable[],
  inputs: Readonly<Record<string, InputValue | undefined>>,
): Record<string, string> {
  const issues: InputIssue[] = [];
  const environment: Record<string, string> = {};
  for (const variable of variables) {
    const given = inputs[variable.name];
    const text = given === undefined ? variable.default : String(given);
    const problem = text === undefined ? (variable.required ? 'is required' : undefined) : valueProblem(variable, text);
    if (problem !== undefined) issues.push({ path: `/${variable.name}`, message: problem });
    environment[variable.name] = text ?? '';
  }
  for (const name of Object.keys(inputs)) {
    if (!variables.some((variable) => variable.name === name)) {
      issues.push({
        path: `/${name}`,
        message: `is no variable of the component (${variables.map((v) => v.name).join(', ') || 'it has none'})`,
      });
    }
  }
  if (issues.length === 0) return environment;
  const text = issues.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ');
  throw new RmmError('INVALID_INPUT', `The inputs do not suit the component: ${text}`, { details: { issues } });
}
