import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/button.js';
import type { SettingProblems } from '../model/check-settings.js';
import { itemDetails, itemTitle } from '../model/describe-setting.js';
import { withId } from '../model/new-object.js';
import { type FieldOf, type Variant, variantOf } from '../model/setting-field.js';
import { ItemDialog } from './item-dialog.js';
import type { ValueProps } from './value-props.js';

/** Entries of a list, each edited in a dialog of its own: add, change, copy, put in order, remove. */
export function ItemsInput({ field, value, onValue, path, problems }: ValueProps<FieldOf<'items'>>) {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const [editing, setEditing] = useState<number | undefined>(undefined);
  const set = (next: readonly unknown[]) => onValue(next.length > 0 || field.required ? next : undefined);
  const full = field.most !== undefined && items.length >= field.most;
  const move = (index: number, by: number) => {
    const [item] = items.slice(index, index + 1);
    const rest = items.filter((_, at) => at !== index);
    set([...rest.slice(0, index + by), item, ...rest.slice(index + by)]);
  };
  return (
    // The dialog's form is inside this one in the tree of elements: what it submits is not meant for the outer form.
    <div class="items" onSubmit={(event) => event.stopPropagation()}>
      {items.length > 0 && (
        <ol class="item-list">
          {items.map((item, index) => (
            <ItemLine
              key={`${index} ${itemTitle(field.variants, item)}`}
              variants={field.variants}
              item={item}
              problem={problemBelow(problems, `${path}/${index}`)}
              onEdit={() => setEditing(index)}
              onRemove={() => set(items.filter((_, at) => at !== index))}
              {...(index > 0 && { onUp: () => move(index, -1) })}
              {...(index < items.length - 1 && { onDown: () => move(index, 1) })}
            />
          ))}
        </ol>
      )}
      {!full && (
        <Button size="small" icon="add" onClick={() => setEditing(items.length)}>
          {addLabel(field)}
        </Button>
      )}
      {editing !== undefined && (
        <ItemDialog
          title={editing < items.length ? `Change ${singular(field.label)}` : addLabel(field)}
          variants={field.variants}
          item={items[editing]}
          onClose={() => setEditing(undefined)}
          onItem={(raw) => {
            setEditing(undefined);
            const title = itemTitle(field.variants, raw);
            const item = withId(raw, variantOf(field.variants, raw), title, items.toSpliced(editing, 1));
            set(editing < items.length ? items.with(editing, item) : [...items, item]);
          }}
        />
      )}
    </div>
  );
}

const addLabel = ({ label }: FieldOf<'items'>) => `Add ${singular(label)}`;

/** `Monitors` → `monitor`. */
function singular(label: string): string {
  const word = label.charAt(0).toLowerCase() + label.slice(1);
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.endsWith('s') ? word.slice(0, -1) : word;
}

function problemBelow(problems: SettingProblems, path: string): string | undefined {
  return [...problems].find(([at]) => at === path || at.startsWith(`${path}/`))?.[1];
}

interface LineProps {
  readonly variants: readonly Variant[];
  readonly item: unknown;
  readonly problem: string | undefined;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  readonly onUp?: () => void;
  readonly onDown?: () => void;
}

function ItemLine({ variants, item, problem, onEdit, onRemove, onUp, onDown }: LineProps) {
  const title = itemTitle(variants, item);
  return (
    <li>
      <button type="button" class="plain-button grow" onClick={onEdit}>
        <span class="strong-ish block cut">{title}</span>
        <span class={problem ? 'problem block' : 'muted block item-details'}>
          {problem ?? itemDetails(variants, item)}
        </span>
      </button>
      <span class="row tight">
        <span class="only-wide row tight">
          <IconButton
            class="flip"
            icon="chevron"
            size="small"
            label={`${title}: up`}
            disabled={!onUp}
            onClick={() => onUp?.()}
          />
          <IconButton
            icon="chevron"
            size="small"
            label={`${title}: down`}
            disabled={!onDown}
            onClick={() => onDown?.()}
          />
        </span>
        <IconButton icon="edit" size="small" label={`${title}: change`} onClick={onEdit} />
        <IconButton icon="trash" size="small" label={`${title}: remove`} onClick={onRemove} />
      </span>
    </li>
  );
}
