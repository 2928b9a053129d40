import { RmmError } from '@rmm/protocol';
import { recordKey, SCHEME_KEY } from './facts.js';
import type { FieldDef } from './field-def.js';

const FIELD_ID = /^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)+$/;
const LIST_NAME = /^[a-z][A-Za-z0-9]*$/;
const TYPES: ReadonlySet<string> = new Set<FieldDef['type']>([
  'string',
  'integer',
  'real',
  'boolean',
  'date',
  'version',
]);

/** The fields that filters may ask about: core's and those of plugins. */
export class FieldCatalogue {
  readonly #fields = new Map<string, FieldDef>();
  readonly #lists = new Map<string, FieldDef[]>();

  constructor(fields: readonly FieldDef[] = []) {
    this.register(fields);
  }

  /**
   * Adds fields: all of them or, on an error, none.
   * @throws {RmmError} `PLUGIN_INVALID` where a field is malformed or already declared; the message names it.
   */
  register(fields: readonly FieldDef[]): void {
    const ids = new Set(this.#fields.keys());
    for (const field of fields) {
      check(field);
      if (ids.has(field.id)) throw invalid(field.id, 'is declared twice; give it an id with the plugin’s own prefix');
      ids.add(field.id);
    }
    for (const field of fields) {
      this.#fields.set(field.id, Object.freeze({ ...field }));
      if (field.list !== undefined) this.#lists.set(field.list, [...(this.#lists.get(field.list) ?? []), field]);
    }
  }

  get(id: string): FieldDef | undefined {
    return this.#fields.get(id);
  }

  /** All fields in the order of registration. */
  list(): readonly FieldDef[] {
    return [...this.#fields.values()];
  }

  /** The names of the lists of records. */
  lists(): readonly string[] {
    return [...this.#lists.keys()];
  }

  /**
   * The fields whose values belong to the records of `list`: those of a list of records or, for the id of a field with
   * several values, that field alone. `undefined` if `list` is neither.
   */
  fieldsOf(list: string): readonly FieldDef[] | undefined {
    const single = this.#fields.get(list);
    return this.#lists.get(list) ?? (single?.multi === true ? [single] : undefined);
  }
}

function check(field: FieldDef): void {
  const { id, list } = field;
  if (typeof id !== 'string' || !FIELD_ID.test(id)) {
    throw invalid(String(id), 'needs an id of dotted lowerCamelCase with at least two parts, as in backup.lastRun');
  }
  if (!TYPES.has(field.type)) throw invalid(id, `has the unknown type ${String(field.type)}`);
  if (typeof field.label !== 'string' || field.label.trim() === '') throw invalid(id, 'needs a label');
  if (typeof field.group !== 'string' || field.group.trim() === '') throw invalid(id, 'needs a group');
  if (field.multi === true && field.type === 'boolean') throw invalid(id, 'is boolean and cannot hold several values');
  if (field.source === 'favourites' && field.type !== 'boolean')
    throw invalid(id, 'reads favourites and must be boolean');
  if (list !== undefined) checkList(field, list);
}

function checkList(field: FieldDef, list: string): void {
  if (!LIST_NAME.test(list)) throw invalid(field.id, `names the list ${list}, which is not lowerCamelCase`);
  const key = recordKey(field);
  if (!field.id.startsWith(`${list}.`) || !LIST_NAME.test(key)) {
    throw invalid(field.id, `belongs to the list ${list} and needs an id of the form ${list}.name`);
  }
  if (key === SCHEME_KEY) throw invalid(field.id, 'uses the key that every record keeps for its version scheme');
  if (field.multi === true) throw invalid(field.id, 'belongs to a list, whose records hold single values');
  if (field.source === 'favourites') throw invalid(field.id, 'belongs to a list and cannot read favourites');
}

function invalid(id: string, problem: string): RmmError {
  return new RmmError('PLUGIN_INVALID', `The field ${id} ${problem}.`, { details: { field: id } });
}
