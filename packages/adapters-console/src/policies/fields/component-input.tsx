import { Combo } from '../../parts/combo.js';
import { useCan, useQuery } from '../../state/client-context.js';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** A component of the store, by its name. */
export function ComponentInput(props: ValueProps<FieldOf<'text'>>) {
  return useCan()('components') ? <Choice {...props} /> : <ById {...props} />;
}

function Choice({ field, value, onValue, binding }: ValueProps<FieldOf<'text'>>) {
  const { data } = useQuery('components.list', {}, ['component.changed']);
  const options = (data?.items ?? []).map(({ id, name, category }) => ({ value: id, label: name, tally: category }));
  return (
    <Combo
      id={binding.id}
      label={field.label}
      value={typeof value === 'string' ? value : undefined}
      options={field.required ? options : [{ value: '', label: 'None' }, ...options]}
      onValue={(id) => onValue(id || undefined)}
    />
  );
}

function ById({ value, onValue, binding }: ValueProps<FieldOf<'text'>>) {
  return (
    <input
      {...binding}
      class="input mono"
      placeholder="Id of a component"
      value={typeof value === 'string' ? value : ''}
      onInput={({ currentTarget }) => onValue(currentTarget.value || undefined)}
    />
  );
}
