import { canonicalJson } from '@rmm/protocol';
import type { PolicySettings } from '../policy-models.js';
import type { MergeRule, PolicyTypeDef } from '../policy-type.js';
import { contentHash, fieldHash } from './document-hash.js';

/** One thing that a policy wants of a field. Of those with the same key, the policy that comes first gets its own. */
export interface Item {
  readonly key: string;
  readonly value: unknown;
  readonly hash: string;
}

/** A field of a type and how the wishes of several policies for it become one value. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly rule: MergeRule;
  /** Emptied on devices whose monitoring is suspended. */
  readonly suspendable: boolean;
}

const knownFields = new WeakMap<PolicyTypeDef, readonly Field[]>();
const knownItems = new WeakMap<PolicySettings, Map<Field, readonly Item[]>>();

/** The fields of a type's schema, by name. */
export function fieldsOf(type: PolicyTypeDef): readonly Field[] {
  const known = knownFields.get(type);
  if (known) return known;
  const fields = readFields(type);
  knownFields.set(type, fields);
  return fields;
}

function readFields({ settings, merge = {}, suspendable }: PolicyTypeDef): readonly Field[] {
  return Object.entries(settings.properties)
    .map(([name, schema]) => ({
      name,
      label: titleOf(schema) ?? name,
      rule: Object.hasOwn(merge, name) ? (merge[name] ?? 'override') : 'override',
      suspendable: name === suspendable,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What settings want of a field: nothing where it is not set; the value; or, where values are collected, the items of the
 * list. Items are the same thing when their `id` is the same or, without one, their value.
 */
export function itemsOf(field: Field, settings: PolicySettings): readonly Item[] {
  let known = knownItems.get(settings);
  if (!known) {
    known = new Map();
    knownItems.set(settings, known);
  }
  const items = known.get(field) ?? readItems(field, settings);
  known.set(field, items);
  return items;
}

function readItems({ name, rule }: Field, settings: PolicySettings): readonly Item[] {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (value === undefined) return [];
  if (rule === 'override') return [{ key: '', value, hash: fieldHash(value) }];
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((item) => ({ key: itemKey(item), value: item, hash: contentHash(item) }));
}

/** The value that a field has with these items, the first in rank of each key. */
export function fieldValue({ rule }: Field, items: readonly Item[]): unknown {
  return rule === 'override' ? items[0]?.value : items.map(({ value }) => value);
}

function itemKey(item: unknown): string {
  const id: unknown = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
  return id === undefined ? `value ${canonicalJson(item)}` : `id ${canonicalJson(id)}`;
}

function titleOf(schema: unknown): string | undefined {
  const title: unknown = typeof schema === 'object' && schema !== null && 'title' in schema ? schema.title : undefined;
  return typeof title === 'string' ? title : undefined;
}
