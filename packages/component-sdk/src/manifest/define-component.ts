import { checkManifest } from './check-manifest.js';
import type { Component, ComponentManifest, ComponentVariable } from './component-manifest.js';
import type { InputValue } from './variable-value.js';

/** A variable as it is written in code: the default has the variable's own type. */
export type VariableDefinition = {
  readonly [Type in ComponentVariable['type']]: DefinitionOf<Type>;
}[ComponentVariable['type']];

interface DefinitionOf<Type extends ComponentVariable['type']> {
  readonly name: string;
  readonly type: Type;
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: Type extends 'number' ? number : Type extends 'boolean' ? boolean : string;
  readonly choices?: Type extends 'choice' ? readonly string[] : never;
}

/** A component as it is written in code. */
export type ComponentDefinition<Variables extends readonly VariableDefinition[]> = Partial<
  Pick<ComponentManifest, 'kind' | 'category' | 'description' | 'securityLevel' | 'timeoutMs' | 'platforms'>
> &
  Pick<ComponentManifest, 'uid' | 'name' | 'language'> & {
    readonly script: string;
    readonly variables?: Variables;
  };

/** A component that knows the types of its inputs. */
export interface DefinedComponent<Variables extends readonly VariableDefinition[]> extends Component {
  /** Only for the compiler; absent at run time. */
  readonly inputs?: InputsOf<Variables>;
}

/** The inputs that suit the variables; those that are required and have no default must be given. */
export type InputsOf<Variables extends readonly VariableDefinition[]> = {
  readonly [V in Variables[number] as V extends { readonly required: true; readonly default?: undefined }
    ? V['name']
    : never]: ValueOf<V>;
} & { readonly [V in Variables[number] as V['name']]?: ValueOf<V> };

type ValueOf<V> = V extends { readonly type: 'number' }
  ? number
  : V extends { readonly type: 'boolean' }
    ? boolean
    : V extends { readonly type: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string;

/**
 * Declares a component in code.
 *
 * ```ts
 * const greet = defineComponent({
 *   uid: 'acme.greet', name: 'Greet', language: 'shell',
 *   script: 'echo "Hello $WHO"',
 *   variables: [{ name: 'WHO', type: 'string', required: true }],
 * });
 * const result = await runComponent(greet, { WHO: 'world' });
 * ```
 *
 * @throws RmmError `INVALID_INPUT`; `details.issues` names each field and what is expected there
 */
export function defineComponent<const Variables extends readonly VariableDefinition[] = readonly []>(
  definition: ComponentDefinition<Variables>,
): DefinedComponent<Variables> {
  const variables = (definition.variables ?? []).map((variable) => ({
    ...variable,
    ...(variable.default !== undefined && { default: String(variable.default satisfies InputValue) }),
  }));
  const { script = '', scriptFile: _none, ...manifest } = checkManifest({ ...definition, variables });
  return { ...manifest, script };
}
