import type { Component } from '@rmm/client';

/** What was filled in, by the variable's name. */
export type VariableValues = Readonly<Record<string, string>>;

/** The values with which a component's form opens. */
export function initialValues({ variables }: Pick<Component, 'variables'>): VariableValues {
  return Object.fromEntries(
    variables.map(({ name, type, default: value, choices }) => [
      name,
      value ?? (type === 'boolean' ? 'false' : type === 'choice' ? (choices?.[0] ?? '') : ''),
    ]),
  );
}

/** Names of the variables that must be filled in and are not. */
export function missingVariables({ variables }: Pick<Component, 'variables'>, values: VariableValues): string[] {
  return variables.filter(({ name, required }) => required && !values[name]?.trim()).map(({ name }) => name);
}
