/** A value of an enumeration and what people call it. */
export interface SettingChoice {
  readonly value: string | number | boolean | null;
  readonly label: string;
}

interface Base {
  /** Name of the property. */
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly required: boolean;
  /** What holds where nothing is set, if the schema tells. */
  readonly fallback: unknown;
}

/** One of the forms that an object may have; an object of one form only has one. */
export interface Variant {
  readonly label: string;
  readonly hint: string | undefined;
  /** The property that tells the forms apart; undefined when there is but one. */
  readonly tag: { readonly name: string; readonly value: string | number | boolean } | undefined;
  readonly fields: readonly SettingField[];
  /** Fields that take another shape while others have certain values; a later rule wins. */
  readonly rules: readonly FieldRule[];
  /** The property that names an entry of a list; the editor makes up what the user leaves out. */
  readonly id: FieldOf<'text'> | undefined;
}

export interface FieldRule {
  /** By property: the values with which the rule holds. */
  readonly when: Readonly<Record<string, readonly unknown[]>>;
  readonly fields: readonly SettingField[];
}

/** A field of the editor, read out of a JSON Schema. */
export type SettingField = Base &
  (
    | { readonly kind: 'switch' }
    | { readonly kind: 'choice'; readonly choices: readonly SettingChoice[] }
    | {
        readonly kind: 'number';
        readonly integer: boolean;
        readonly min: number | undefined;
        readonly max: number | undefined;
        readonly step: number | undefined;
        /** For people: `%`, `minutes`. */
        readonly unit: string | undefined;
      }
    | {
        readonly kind: 'text';
        readonly minLength: number | undefined;
        readonly maxLength: number | undefined;
        readonly pattern: string | undefined;
        readonly format: string | undefined;
        readonly long: boolean;
      }
    | { readonly kind: 'time' }
    | { readonly kind: 'many'; readonly choices: readonly SettingChoice[]; readonly least: number }
    | {
        readonly kind: 'lines';
        /** What each line must be. */
        readonly line: Pick<FieldOf<'text'>, 'minLength' | 'maxLength' | 'pattern' | 'format'>;
        readonly least: number;
        readonly most: number | undefined;
      }
    | { readonly kind: 'group'; readonly variants: readonly Variant[] }
    | {
        readonly kind: 'items';
        readonly variants: readonly Variant[];
        readonly least: number;
        readonly most: number | undefined;
      }
    /** Names and plain values, as many as one likes. */
    | { readonly kind: 'pairs' }
    /** A text, a number, or true or false. */
    | { readonly kind: 'plain' }
    /** A shape that this editor has no form for: edited as JSON. */
    | { readonly kind: 'json' }
  );

export type FieldOf<Kind extends SettingField['kind']> = Extract<SettingField, { kind: Kind }>;

/** The form that an object has; the first one where its tag says nothing. */
export function variantOf(variants: readonly Variant[], value: unknown): Variant | undefined {
  const found = variants.find(({ tag }) => tag && isRecord(value) && value[tag.name] === tag.value);
  return found ?? variants[0];
}

/** The fields of an object of this form, as they are with the values that it has. */
export function fieldsWith({ fields, rules }: Variant, value: unknown): readonly SettingField[] {
  const holding = rules.filter(
    ({ when }) => isRecord(value) && Object.entries(when).every(([name, values]) => values.includes(value[name])),
  );
  const ruled = new Map(holding.flatMap((rule) => rule.fields.map((field) => [field.name, field] as const)));
  return fields.map((field) => ruled.get(field.name) ?? field);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
