import type { Static, TObject, TSchema } from 'typebox';
import type { AgentTool } from '../access/agent-tools.js';

/**
 * - `query`: reads; runs outside a transaction
 * - `command`: changes; runs in one transaction and leaves an entry in the activity log
 * - `stream`: reads for as long as the caller listens
 */
export type OperationKind = 'query' | 'command' | 'stream';

/** `view` and `manage` are the guide’s levels of a permission (chapter 14). */
export type PermissionLevel = 'view' | 'manage';

/**
 * Who may call: holders of a permission (and, where named, of an agent tool and of further permissions), anyone signed in, only accountadmins
 * (guide, chapter 14: they alone edit users and roles), only agents, or only the embedding host.
 */
export type Requirement =
  | {
      readonly permission: string;
      readonly level?: PermissionLevel;
      readonly tool?: AgentTool;
      /** Further permissions, of which the level `view` is needed: of areas that the answer tells of. */
      readonly views?: readonly string[];
    }
  | 'signed-in'
  | 'accountadmin'
  | 'agent'
  | 'host';

/**
 * Ids that an input refers to, by kind of thing (`devices`, `profiles`, `groups`, …; plugins declare their own kinds). The
 * door checks before the handler runs that each exists and that the actor may see it: both are told in the same words.
 */
export type Touches = Readonly<Record<string, readonly string[] | undefined>>;

/** What an operation promises, without how it is done: one declaration for process, HTTP, OpenAPI, client and console. */
export interface OperationContract<
  Input extends TObject = TObject,
  Output extends TSchema = TSchema,
  Kind extends OperationKind = OperationKind,
> {
  readonly kind: Kind;
  /** One sentence in the imperative; shown in OpenAPI, guides and the activity log. */
  readonly summary: string;
  readonly requires: Requirement;
  /** `'GET /devices/:deviceId'`; absent: not reachable over HTTP. */
  readonly route?: string;
  readonly input: Input;
  readonly output: Output;
  readonly touches?: (input: Static<Input>) => Touches;
  /**
   * Ids of what a command made, by kind, where not everybody sees it who may read the activity log: its entry is then
   * shown like those that name the thing in their input.
   */
  made?(output: Static<Output>): Touches;
  /** False: a command that leaves no entry in the activity log, because it changes nothing that anyone decided (a heartbeat). */
  readonly recorded?: false;
}

/** Operation contracts of one feature, by the last part of their name. */
export type FeatureContract = Readonly<Record<string, OperationContract>>;

/** Keeps the exact types of one contract. */
export function declare<Input extends TObject, Output extends TSchema, const Kind extends OperationKind>(
  contract: OperationContract<Input, Output, Kind>,
): OperationContract<Input, Output, Kind> {
  return contract;
}

type Call<Input, Result> = Record<never, never> extends Input ? (input?: Input) => Result : (input: Input) => Result;

/** The calls that a feature's contracts give to its users. Extend a named interface from it, so that declarations stay small. */
export type ApiOf<Feature extends FeatureContract> = {
  readonly [Name in keyof Feature]: Feature[Name] extends OperationContract<infer Input, infer Output, infer Kind>
    ? Call<Static<Input>, Kind extends 'stream' ? AsyncIterable<Static<Output>> : Promise<Static<Output>>>
    : never;
};
