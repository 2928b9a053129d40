import { capital } from '../../format/words.js';
import {
  type FieldOf,
  type FieldRule,
  isRecord,
  type SettingChoice,
  type SettingField,
  type Variant,
} from './setting-field.js';

type Schema = Readonly<Record<string, unknown>>;

/** The fields of an editor for values of a JSON Schema. What has no form of its own becomes a field for JSON. */
export function readSchema(schema: unknown): readonly SettingField[] {
  return isRecord(schema) ? (fieldsOf(flat(schema)) ?? []) : [];
}

function fieldsOf(schema: Schema, without: readonly (string | undefined)[] = []): readonly SettingField[] | undefined {
  const { properties, required } = schema;
  if (!isRecord(properties)) return undefined;
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, property]) =>
    without.includes(name) || !isRecord(property) ? [] : [fieldOf(name, property, needed.includes(name))],
  );
}

function fieldOf(name: string, raw: Schema, required: boolean): SettingField {
  const schema = flat(raw);
  const base = {
    name,
    label: textOf(schema.title) ?? wordsOf(name),
    hint: textOf(schema.description),
    required,
    fallback: schema.default,
  };
  return { ...base, ...formOf(schema, name) };
}

type Form = SettingField extends infer Field
  ? Field extends SettingField
    ? Omit<Field, 'name' | 'label' | 'hint' | 'required' | 'fallback'>
    : never
  : never;

function formOf(schema: Schema, name: string): Form {
  const choices = choicesOf(schema);
  if (choices) return { kind: 'choice', choices };
  switch (schema.type) {
    case 'boolean':
      return { kind: 'switch' };
    case 'integer':
    case 'number':
      return numberForm(schema, name);
    case 'string':
      return textForm(schema);
    case 'array':
      return arrayForm(schema);
    default:
      return objectForm(schema);
  }
}

function objectForm(schema: Schema): Form {
  const variants = variantsOf(schema);
  if (variants) return { kind: 'group', variants };
  const members = unionOf(schema);
  if (members?.every(({ type }) => type === 'string' || type === 'number' || type === 'boolean'))
    return { kind: 'plain' };
  return isOpenRecord(schema) ? { kind: 'pairs' } : { kind: 'json' };
}

/** An object of any names with any values. */
function isOpenRecord({ type, properties, patternProperties, additionalProperties }: Schema): boolean {
  if (type !== 'object' || properties !== undefined) return false;
  const values = isRecord(patternProperties) ? Object.values(patternProperties) : [additionalProperties];
  return values.every(
    (one) => one === true || one === undefined || (isRecord(one) && Object.keys(one).every((key) => key === 'type')),
  );
}

function numberForm(schema: Schema, name: string): Form {
  const integer = schema.type === 'integer';
  const least = integer ? 1 : undefined;
  const above = numberOf(schema.exclusiveMinimum);
  const below = numberOf(schema.exclusiveMaximum);
  return {
    kind: 'number',
    integer,
    min: numberOf(schema.minimum) ?? (least && above !== undefined ? above + least : above),
    max: numberOf(schema.maximum) ?? (least && below !== undefined ? below - least : below),
    step: numberOf(schema.multipleOf),
    unit: textOf(schema.unit) ?? unitIn(name),
  };
}

/** Names of numbers tell their unit: `sleepMinutesPluggedIn`. */
function unitIn(name: string): string | undefined {
  const words = wordsOf(name).toLowerCase().split(' ');
  const unit = UNITS.find((one) => words.includes(one));
  return unit === 'percent' ? '%' : unit;
}
const UNITS = [
  'milliseconds',
  'seconds',
  'minutes',
  'hours',
  'days',
  'weeks',
  'months',
  'percent',
  'megabytes',
  'gigabytes',
];

const LONG = 500;

function textForm(schema: Schema): Form {
  const pattern = textOf(schema.pattern);
  if (schema.format === 'time' || (pattern !== undefined && isClockPattern(pattern))) return { kind: 'time' };
  const limits = limitsOf(schema);
  return { kind: 'text', ...limits, long: limits.format === undefined && (limits.maxLength ?? 0) > LONG };
}

function limitsOf(schema: Schema) {
  return {
    minLength: numberOf(schema.minLength),
    maxLength: numberOf(schema.maxLength),
    pattern: textOf(schema.pattern),
    format: textOf(schema.format),
  };
}

/** Whether a pattern means a time of the day, as in `^([01]\d|2[0-3]):[0-5]\d$`. */
function isClockPattern(pattern: string): boolean {
  try {
    const clock = new RegExp(pattern, 'u');
    return (
      clock.test('00:00') && clock.test('23:59') && !clock.test('24:00') && !clock.test('12:60') && !clock.test('x')
    );
  } catch {
    return false;
  }
}

function arrayForm(schema: Schema): Form {
  const items = isRecord(schema.items) ? flat(schema.items) : undefined;
  const least = numberOf(schema.minItems) ?? 0;
  const most = numberOf(schema.maxItems);
  if (!items) return { kind: 'json' };
  const choices = choicesOf(items);
  if (choices) return { kind: 'many', choices, least };
  if (items.type === 'string') {
    return { kind: 'lines', line: limitsOf(items), least, most };
  }
  const variants = variantsOf(items);
  return variants ? { kind: 'items', variants, least, most } : { kind: 'json' };
}

/** The forms of an object: its own, or those of a union whose members differ in the constant of one property. */
function variantsOf(schema: Schema): readonly Variant[] | undefined {
  const members = unionOf(schema)?.map(flat);
  if (!members) return isRecord(schema.properties) ? [variantFor(schema, undefined)] : undefined;
  const tagName = tagOf(members);
  return tagName === undefined ? undefined : members.map((member) => variantFor(member, tagName));
}

function variantFor(member: Schema, tagName: string | undefined): Variant {
  const id = idOf(member);
  const tag = tagName === undefined ? undefined : propertyOf(member, tagName);
  const value = tag?.const;
  return {
    label: textOf(member.title) ?? textOf(tag?.title) ?? (value === undefined ? '' : wordsOf(String(value))),
    hint: textOf(member.description),
    tag: tagName !== undefined && isPlain(value) ? { name: tagName, value } : undefined,
    fields: fieldsOf(member, [tagName, id?.name]) ?? [],
    rules: rulesOf(member),
    id,
  };
}

/** What `allOf` says of fields that depend on the values of others: `if` these are among some, `then` those are such. */
function rulesOf(schema: Schema): readonly FieldRule[] {
  const parts = Array.isArray(schema.allOf) ? schema.allOf.filter(isRecord) : [];
  return parts.flatMap((part) => {
    const [conditions, results] = [propertiesOf(part.if), propertiesOf(part.then)];
    const when = Object.entries(conditions).map(([name, one]) => [name, one.enum ?? [one.const]] as const);
    if (when.length === 0 || !when.every(([, values]) => Array.isArray(values))) return [];
    const needed = Array.isArray(schema.required) ? schema.required : [];
    const fields = Object.entries(results).map(([name, result]) => {
      const { anyOf: _, oneOf: __, ...own } = propertyOf(schema, name) ?? {};
      return fieldOf(name, { ...own, ...result }, needed.includes(name));
    });
    return [{ when: Object.fromEntries(when) as FieldRule['when'], fields }];
  });
}

function propertiesOf(schema: unknown): Readonly<Record<string, Schema>> {
  const properties = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Schema] => isRecord(entry[1])),
  );
}

/** The property that is a constant in every member, and in each another one. */
function tagOf(members: readonly Schema[]): string | undefined {
  const [first] = members;
  const names = isRecord(first?.properties) ? Object.keys(first.properties) : [];
  return names.find((name) => {
    const values = members.map((member) => propertyOf(member, name)?.const);
    return values.every((value) => isPlain(value)) && new Set(values).size === members.length;
  });
}

/** An `id` that must be there is made up by the editor where the user has no wish. */
function idOf(schema: Schema): FieldOf<'text'> | undefined {
  const needed = Array.isArray(schema.required) && schema.required.includes('id');
  const property = propertyOf(schema, 'id');
  if (!needed || property?.type !== 'string') return undefined;
  const field = fieldOf('id', property, false);
  return field.kind === 'text' ? field : undefined;
}

function propertyOf({ properties }: Schema, name: string): Schema | undefined {
  const property = isRecord(properties) ? properties[name] : undefined;
  return isRecord(property) ? flat(property) : undefined;
}

function choicesOf(schema: Schema): readonly SettingChoice[] | undefined {
  if (Array.isArray(schema.enum) && schema.enum.every(isPlain))
    return schema.enum.map((value) => choice(value, schema));
  if (isPlain(schema.const)) return [choice(schema.const, schema)];
  const members = unionOf(schema);
  if (!members?.every((member) => isPlain(member.const))) return undefined;
  return members.map((member) => {
    const value = member.const as string;
    return { value, label: textOf(member.title) ?? choice(value, schema).label };
  });
}

function choice(value: string | number | boolean, { labels }: Schema): SettingChoice {
  const label = isRecord(labels) ? textOf(labels[String(value)]) : undefined;
  return { value, label: label ?? (typeof value === 'string' ? wordsOf(value) : String(value)) };
}

function unionOf(schema: Schema): readonly Schema[] | undefined {
  const members = schema.anyOf ?? schema.oneOf;
  return Array.isArray(members) && members.length > 0 && members.every(isRecord) ? members : undefined;
}

/** The schema with intersections of objects made one object, and without “or null”: null is not set. */
function flat(schema: Schema): Schema {
  const members = unionOf(schema);
  const real = members?.filter(({ type }) => type !== 'null');
  const [only] = real ?? [];
  if (members && real?.length === 1 && only) return flat({ ...only, ...namesOf(schema) });
  if (!Array.isArray(schema.allOf) || !schema.allOf.every(isRecord)) return schema;
  const parts = schema.allOf.map(flat);
  if (!parts.every(({ properties }) => isRecord(properties))) return schema;
  return {
    type: 'object',
    ...namesOf(schema),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => (Array.isArray(required) ? required : [])),
  };
}

function namesOf({ title, description }: Schema): Schema {
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** A name of code in words: `rebootDelay`, `service-only` → `Reboot delay`, `Service only`. */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .split(/[-_\s]+/)
    .map((word) => (SHORT_FORMS.includes(word.toLowerCase()) ? word.toUpperCase() : word));
  return capital(words.join(' '));
}

const SHORT_FORMS = ['cpu', 'id', 'ip', 'kb', 'os', 'ram', 'uri', 'url', 'usb', 'wsus'];
