import { LANGUAGES, LIMITS } from '@rmm/protocol';
import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Union(names.map((name) => Type.Literal(name))));

export const COMPONENT_KINDS = ['application', 'monitor', 'script'] as const;
export const VARIABLE_TYPES = ['string', 'number', 'boolean', 'choice', 'secret'] as const;
export const PLATFORMS = ['linux', 'windows', 'macos'] as const;

/** An input of a component, which its script reads as the environment variable `name`. */
export const ComponentVariable = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
    /** `secret` is a text that is never shown again. */
    type: oneOf(VARIABLE_TYPES),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    /** Without it, or a default, the script finds the variable empty. */
    required: Type.Optional(Type.Boolean()),
    /** The text that the script finds when no input is given. */
    default: Type.Optional(Type.String({ maxLength: 32_768 })),
    /** The values of a `choice`. */
    choices: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 200 })),
  },
  strict,
);
export type ComponentVariable = Static<typeof ComponentVariable>;

/**
 * All there is to know of a component (guide, chapter 10), as JSON. Either `script` holds its source or `scriptFile` names the
 * file beside the manifest that does.
 */
export const ComponentManifest = Type.Object(
  {
    /** Stays the same across versions and Systems. */
    uid: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
    kind: oneOf(COMPONENT_KINDS),
    name: Type.String({ minLength: 1, maxLength: 255 }),
    category: Type.String({ maxLength: 64 }),
    description: Type.String({ maxLength: 10_000 }),
    language: oneOf(LANGUAGES),
    /** 1 (anyone) to 5 (most trusted): users below it neither see nor run the component. */
    securityLevel: Type.Integer({ minimum: 1, maximum: 5 }),
    /** After this time the script and all that it started are ended, milliseconds. */
    timeoutMs: Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 }),
    variables: Type.Array(ComponentVariable, { maxItems: 100 }),
    /** Where the component can run. */
    platforms: Type.Array(oneOf(PLATFORMS), { minItems: 1, maxItems: PLATFORMS.length }),
    script: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.scriptBytes })),
    scriptFile: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  strict,
);
export type ComponentManifest = Static<typeof ComponentManifest>;

/** A manifest with its script in it: what is run, signed and published. */
export type Component = Omit<ComponentManifest, 'script' | 'scriptFile'> & { readonly script: string };
