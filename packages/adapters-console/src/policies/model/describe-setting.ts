import { plural } from '../../format/words.js';
import { type FieldOf, fieldsWith, isRecord, type SettingField, type Variant, variantOf } from './setting-field.js';

/** A value for people: `On`, `30 minutes`, `Monday, Friday`. Without its field, as it stands in the settings. */
export function describeSetting(field: SettingField | undefined, value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (!field) return describePlain(value);
  switch (field.kind) {
    case 'switch':
      return value === true ? 'On' : value === false ? 'Off' : describePlain(value);
    case 'choice':
      return choiceLabel(field, value);
    case 'number':
      return field.unit ? `${describePlain(value)}${field.unit === '%' ? '' : ' '}${field.unit}` : describePlain(value);
    case 'many':
      return Array.isArray(value) ? listed(value.map((one) => choiceLabel(field, one))) : describePlain(value);
    case 'pairs':
      return isRecord(value)
        ? listed(Object.entries(value).map(([name, one]) => `${name} ${describePlain(one)}`))
        : describePlain(value);
    case 'group':
      return describeObject(field.variants, value);
    case 'items':
      return Array.isArray(value) ? describeItems(field, value) : describeItem(field, value);
    default:
      return describePlain(value);
  }
}

function describeItems(field: FieldOf<'items'>, items: readonly unknown[]): string {
  if (items.length === 0) return 'none';
  return items.length > 3
    ? plural(items.length, 'entry', 'entries')
    : items.map((item) => itemTitle(field.variants, item)).join('; ');
}

/** One entry of a list: its title and what it is set to. */
export function describeItem(field: FieldOf<'items'>, item: unknown): string {
  const title = itemTitle(field.variants, item);
  const details = itemDetails(field.variants, item);
  return details ? `${title}: ${details}` : title;
}

const TITLES = ['name', 'label', 'title'];

/** What an entry of a list is called: by its own name, else by its form. */
export function itemTitle(variants: readonly Variant[], item: unknown): string {
  if (!isRecord(item)) return describePlain(item);
  const own = TITLES.map((name) => item[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof own === 'string') return own;
  const variant = variantOf(variants, item);
  if (variant?.label) return variant.label;
  const fields = variant ? fieldsWith(variant, item) : [];
  // A few plain values read as a sentence: “Severity at least important”.
  const told = fields.length <= FEW ? fields : fields.slice(0, 1);
  const words = told.map((field, at) => {
    const text = describeSetting(field, item[field.name]);
    return at === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1);
  });
  return words.join(' ') || describePlain(item);
}
const FEW = 3;

/** The settings of an entry in words, its title left out. */
export function itemDetails(variants: readonly Variant[], item: unknown): string {
  const title = itemTitle(variants, item);
  const variant = variantOf(variants, item);
  if (!isRecord(item) || !variant) return '';
  if (!variant.label && variant.fields.length <= FEW && !TITLES.some((name) => item[name])) return '';
  const form = variants.length > 1 && variant.label !== title ? [variant.label] : [];
  return [
    ...form,
    ...describeFields(variant, item)
      .filter(({ text }) => text !== title)
      .map(({ text }) => text),
  ].join(' · ');
}

function describeObject(variants: readonly Variant[], value: unknown): string {
  const variant = variantOf(variants, value);
  if (!variant || !isRecord(value)) return describePlain(value);
  const parts = describeFields(variant, value).map(({ text }) => text);
  const head = variants.length > 1 ? [variant.label] : [];
  return [...head, ...parts].join(' · ') || 'empty';
}

function describeFields(variant: Variant, value: Readonly<Record<string, unknown>>) {
  return fieldsWith(variant, value).flatMap((field) => {
    const own = value[field.name];
    if (isBlank(own)) return [];
    const text = describeSetting(field, own);
    // A name explains itself; a bare “On” or “5” does not.
    return [{ text: TITLES.includes(field.name) || field.kind === 'choice' ? text : `${field.label}: ${lower(text)}` }];
  });
}

const isBlank = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const lower = (text: string) => (text === 'On' || text === 'Off' ? text.toLowerCase() : text);

function choiceLabel({ choices }: Pick<FieldOf<'choice'>, 'choices'>, value: unknown): string {
  return choices.find((one) => one.value === value)?.label ?? describePlain(value);
}

function describePlain(value: unknown): string {
  if (value === true) return 'On';
  if (value === false) return 'Off';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return listed(value.map(describePlain));
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

const listed = (texts: readonly string[]) => texts.join(', ') || 'none';
