import type { ModelDef } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { MAX_COLUMN_NAME, MAX_TABLE_NAME, snakeCase, tableName } from './identifier.js';

const NAME = /^[a-z][A-Za-z0-9]*$/;
const FIELD_TYPES: ReadonlySet<string> = new Set(['string', 'int', 'real', 'bool', 'time', 'json']);

function refuse(model: string, message: string): never {
  throw new RmmError('PLUGIN_INVALID', `Model "${model}": ${message}`, { details: { model } });
}

/** @throws RmmError `PLUGIN_INVALID` when a model's declaration cannot be stored. */
export function checkModel(model: ModelDef): void {
  const { name, fields } = model;
  if (!NAME.test(name)) refuse(name, 'the name must be lowerCamelCase ASCII letters and digits.');
  if (tableName(name).length > MAX_TABLE_NAME) refuse(name, `the name is too long (table ${tableName(name)}).`);
  for (const [field, def] of Object.entries(fields)) {
    if (!NAME.test(field)) refuse(name, `field "${field}" must be lowerCamelCase ASCII letters and digits.`);
    if (field in Object.prototype) refuse(name, `field "${field}" has a name that every JavaScript object has.`);
    if (snakeCase(field).length > MAX_COLUMN_NAME) refuse(name, `the name of field "${field}" is too long.`);
    if (!FIELD_TYPES.has(def.type)) refuse(name, `field "${field}" has the unknown type "${def.type}".`);
  }
  if (model.key.length === 0) refuse(name, 'the key names no field.');
  for (const field of model.key) {
    if (fields[field]?.nullable) refuse(name, `key field "${field}" must not be nullable.`);
  }
  const combinations = [model.key, ...(model.unique ?? []), ...(model.indexes ?? [])];
  for (const combination of combinations) checkCombination(model, combination);
}

function checkCombination({ name, fields }: ModelDef, combination: readonly string[]): void {
  const shown = `(${combination.join(', ')})`;
  if (combination.length === 0) refuse(name, 'an index names no field.');
  if (new Set(combination).size !== combination.length) refuse(name, `${shown} names a field twice.`);
  for (const field of combination) {
    const def = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (def === undefined) refuse(name, `${shown} names the unknown field "${field}".`);
    if (def.type === 'json') refuse(name, `${shown} names "${field}", but json cannot be indexed.`);
  }
}
