import type { TObject, TProperties } from 'typebox';

/** Where a policy is made (guide, chapter 8): it holds in all Profiles, in one, or on one device. */
export const POLICY_LEVELS = ['system', 'profile', 'device'] as const;
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/**
 * How the settings of several policies become one:
 * - `override`: the policy that comes first decides (the default)
 * - `collect`: a list; the items of all policies are taken together, each once by its `id` or, without one, by its value
 */
export type MergeRule = 'override' | 'collect';

/** A thing that settings name by its id. */
export interface NamedInSettings {
  /** As in `touches`: `components`. */
  readonly kind: string;
  readonly id: string;
  /** Where in the settings: `/monitors/0/response/componentId`. */
  readonly path: string;
}

/**
 * A type of policy. Settings are merged field by field, so every field of the schema is optional: a policy decides only
 * what it sets.
 *
 * @example
 * ```ts
 * const browserPolicy: PolicyTypeDef = {
 *   name: 'browser',
 *   label: 'Browser',
 *   description: 'Start page and extensions of the browser',
 *   settings: Type.Object({
 *     startPage: Type.Optional(Type.String({ format: 'uri', title: 'Start page' })),
 *     extensions: Type.Optional(Type.Array(Type.String(), { title: 'Extensions' })),
 *   }, { additionalProperties: false }),
 *   merge: { extensions: 'collect' },
 * };
 * ```
 */
export interface PolicyTypeDef<Settings extends TProperties = TProperties> {
  /** Stable; part of the documents that agents keep: `windows-update`. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Refuses unknown fields. Each field's `title` and `description` make the editor in the console. */
  readonly settings: TObject<Settings>;
  /** By field; fields that are not named override. */
  readonly merge?: Readonly<Record<string, MergeRule>>;
  /** What settings that fit the schema name by id: it must be there for whoever saves them. */
  names?(settings: Readonly<Record<string, unknown>>): readonly NamedInSettings[];
  /** Default all. */
  readonly levels?: readonly PolicyLevel[];
  /** The field to empty on devices whose monitoring is suspended (guide, chapter 8: *Suspend Monitoring*). */
  readonly suspendable?: string;
}
