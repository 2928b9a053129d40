import { useContext } from 'preact/hooks';
import { Field, SelectField } from '../../parts/field.js';
import type { SettingProblems } from '../model/check-settings.js';
import { withVariant } from '../model/new-object.js';
import { fieldsWith, isRecord, type SettingField, type Variant, variantOf } from '../model/setting-field.js';
import { AnyInput } from './value-props.js';

interface Props {
  readonly variants: readonly Variant[];
  readonly value: unknown;
  readonly onValue: (value: Readonly<Record<string, unknown>>) => void;
  readonly path: string;
  readonly problems: SettingProblems;
}

/** The fields of an object, below them those of the form that was chosen. */
export function ObjectFields({ variants, value, onValue, path, problems }: Props) {
  const object = isRecord(value) ? value : {};
  const variant = variantOf(variants, value);
  if (!variant) return null;
  const change = (name: string) => (next: unknown) => {
    const { [name]: _, ...rest } = object;
    onValue(next === undefined ? rest : { ...object, [name]: next });
  };
  return (
    <div class="form object-form">
      {variants.length > 1 && (
        <SelectField
          label="Kind"
          value={String(variants.indexOf(variant))}
          choices={variants.map(({ label }, index) => ({ value: String(index), label }))}
          onValue={(index) => {
            const next = variants[Number(index)];
            if (next) onValue(withVariant(object, variants, next));
          }}
          hint={variant.hint}
        />
      )}
      {[...fieldsWith(variant, object), ...(variant.id ? [variant.id] : [])].map((field) => (
        <InnerField
          key={field.name}
          field={field}
          value={object[field.name]}
          onValue={change(field.name)}
          path={`${path}/${field.name}`}
          problems={problems}
        />
      ))}
    </div>
  );
}

interface InnerProps extends Omit<Props, 'variants' | 'onValue'> {
  readonly field: SettingField;
  readonly onValue: (value: unknown) => void;
}

/** A field inside an object: label above, since there is nothing between set and not set here. */
function InnerField({ field, path, problems, ...rest }: InnerProps) {
  const ValueInput = useContext(AnyInput);
  if (!ValueInput) return null;
  const problem = problems.get(path);
  const control = { field, path, problems, ...rest, open: false };
  if (field.kind === 'switch') {
    const id = `hint-${path}`;
    return (
      <div class="field">
        <ValueInput {...control} binding={{ id, 'aria-describedby': id }} />
        {(problem ?? field.hint) && <div class={problem ? 'problem' : 'hint'}>{problem ?? field.hint}</div>}
      </div>
    );
  }
  const label = field.required ? field.label : `${field.label} (optional)`;
  const wide = WIDE.includes(field.kind);
  if (wide) {
    return (
      <fieldset class="field">
        <legend class="label strong-ish">{label}</legend>
        <ValueInput {...control} binding={{ id: path, 'aria-describedby': `${path}-more` }} />
        {(problem ?? field.hint) && (
          <div id={`${path}-more`} class={problem ? 'problem' : 'hint'}>
            {problem ?? field.hint}
          </div>
        )}
      </fieldset>
    );
  }
  return (
    <Field label={label} hint={field.hint} problem={problem}>
      {(binding) => <ValueInput {...control} binding={binding} />}
    </Field>
  );
}

/** Several controls each. */
const WIDE: readonly SettingField['kind'][] = ['group', 'items', 'many', 'pairs'];
