import type { FieldDef, ModelDef } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';

/** What a stored model lacks. */
export interface ModelAdditions {
  readonly fields: readonly string[];
  readonly unique: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
}

/** A model as it is recorded, in a form that is equal for equal models. */
export function modelRecord(model: ModelDef): string {
  const byText = (a: readonly string[], b: readonly string[]) => (a.join() < b.join() ? -1 : 1);
  const fields = Object.keys(model.fields)
    .sort()
    .map((field) => [field, { type: model.fields[field]?.type, nullable: model.fields[field]?.nullable === true }]);
  return JSON.stringify({
    name: model.name,
    fields: Object.fromEntries(fields),
    key: model.key,
    unique: [...(model.unique ?? [])].sort(byText),
    indexes: [...(model.indexes ?? [])].sort(byText),
  } satisfies ModelDef);
}

/**
 * What must be added to the stored model to make it the declared one.
 * @throws RmmError `STORAGE_INCOMPATIBLE` when the stored model has what the declared one does not know (a newer
 * version wrote it), or when something other than a nullable field or an index was changed.
 */
export function modelAdditions(stored: ModelDef, declared: ModelDef): ModelAdditions {
  const refuse = (message: string): never => {
    throw new RmmError('STORAGE_INCOMPATIBLE', `Stored model "${declared.name}": ${message}`, {
      details: { model: declared.name },
    });
  };
  if (stored.key.join() !== declared.key.join()) refuse('the key fields differ; a key cannot be changed.');
  for (const field of Object.keys(stored.fields)) {
    const now = declared.fields[field];
    if (now === undefined) {
      return refuse(
        `field "${field}" is unknown to this version: a newer version wrote the data. Start the newer version, or restore an older backup.`,
      );
    }
    if (!sameField(stored.fields[field], now))
      refuse(`the type of field "${field}" was changed; that is not additive.`);
  }
  const fields = Object.keys(declared.fields).filter((field) => stored.fields[field] === undefined);
  for (const field of fields) {
    if (!declared.fields[field]?.nullable) refuse(`the added field "${field}" must be nullable.`);
  }
  const declaredUnique = new Set((declared.unique ?? []).map((combination) => combination.join()));
  for (const combination of stored.unique ?? []) {
    if (!declaredUnique.has(combination.join()))
      refuse(`(${combination.join(', ')}) is unique in the stored data only.`);
  }
  return {
    fields,
    unique: added(stored.unique, declared.unique),
    indexes: added(stored.indexes, declared.indexes),
  };
}

function sameField(a: FieldDef | undefined, b: FieldDef): boolean {
  return a?.type === b.type && (a.nullable === true) === (b.nullable === true);
}

function added(
  stored: readonly (readonly string[])[] | undefined,
  declared: readonly (readonly string[])[] | undefined,
): readonly (readonly string[])[] {
  const known = new Set((stored ?? []).map((combination) => combination.join()));
  return (declared ?? []).filter((combination) => !known.has(combination.join()));
}
