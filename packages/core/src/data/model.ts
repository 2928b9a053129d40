import type { FieldDef, ModelDef } from '../storage/storage.js';

/** `system` rows belong to one System and can only be reached through it; `server` rows belong to the whole server. */
export type ModelScope = 'system' | 'server';

/** A declared table together with the type of its rows. */
export interface Model<R extends object> {
  readonly scope: ModelScope;
  readonly def: ModelDef;
  /** Only for the type checker. */
  readonly row?: R;
}

export interface ModelSpec<R extends object> {
  readonly name: string;
  readonly scope?: ModelScope;
  readonly fields: { readonly [Field in keyof R & string]: FieldDef };
  readonly key: readonly (keyof R & string)[];
  readonly unique?: readonly (readonly (keyof R & string)[])[];
  readonly indexes?: readonly (readonly (keyof R & string)[])[];
}

/**
 * Declares a table. Rows of scope `system` (the default) get a `systemId` in front of their key, their unique
 * combinations and their indexes, so that no query can reach over to another System.
 */
export function defineModel<R extends object>(spec: ModelSpec<R>): Model<R> {
  const scope = spec.scope ?? 'system';
  const scoped = (fields: readonly string[]) => (scope === 'system' ? ['systemId', ...fields] : fields);
  return {
    scope,
    def: {
      name: spec.name,
      fields: scope === 'system' ? { systemId: { type: 'string' }, ...spec.fields } : spec.fields,
      key: scoped(spec.key),
      ...(spec.unique && { unique: spec.unique.map(scoped) }),
      ...(spec.indexes && { indexes: spec.indexes.map(scoped) }),
    },
  };
}

/** A field that may be null. */
export const nullable = (type: FieldDef['type']): FieldDef => ({ type, nullable: true });
/** A field that is always there. */
export const required = (type: FieldDef['type']): FieldDef => ({ type });
