import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/button.js';
import { type FieldOf, isRecord } from '../model/setting-field.js';
import { PlainBox } from './plain-input.js';
import type { ValueProps } from './value-props.js';

interface Pair {
  readonly key: number;
  readonly name: string;
  readonly value: unknown;
}

let lastKey = 0;

/** Names and values, a line each. */
export function PairsInput({ field, value, onValue }: ValueProps<FieldOf<'pairs'>>) {
  const [pairs, setPairs] = useState<readonly Pair[]>(() =>
    Object.entries(isRecord(value) ? value : {}).map(([name, one]) => ({ key: ++lastKey, name, value: one })),
  );
  const set = (next: readonly Pair[]) => {
    setPairs(next);
    const told = next.filter(({ name, value: one }) => name.trim() !== '' && one !== undefined);
    const object = Object.fromEntries(told.map(({ name, value: one }) => [name.trim(), one]));
    onValue(told.length > 0 || field.required ? object : undefined);
  };
  const change = (key: number, part: Partial<Pair>) =>
    set(pairs.map((pair) => (pair.key === key ? { ...pair, ...part } : pair)));
  return (
    <div class="stack tight">
      {pairs.map(({ key, name, value: one }) => (
        <div key={key} class="row tight">
          <input
            class="input mono"
            aria-label={`${field.label}: name`}
            placeholder="name"
            spellcheck={false}
            maxLength={64}
            value={name}
            onInput={({ currentTarget }) => change(key, { name: currentTarget.value })}
          />
          <PlainBox
            value={one}
            onValue={(next) => change(key, { value: next })}
            aria-label={`${field.label}: value of ${name || 'this line'}`}
            placeholder="value"
          />
          <IconButton
            icon="close"
            size="small"
            label={`Remove ${name || 'this line'}`}
            onClick={() => set(pairs.filter((pair) => pair.key !== key))}
          />
        </div>
      ))}
      <span>
        <Button
          size="small"
          icon="add"
          onClick={() => setPairs([...pairs, { key: ++lastKey, name: '', value: undefined }])}
        >
          Add a value
        </Button>
      </span>
    </div>
  );
}
