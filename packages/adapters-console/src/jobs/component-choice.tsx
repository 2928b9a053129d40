import type { Component } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { Badge } from '../parts/bits.js';
import { Icon } from '../parts/icon.js';
import { Loaded } from '../parts/loaded.js';
import { moveFocus } from '../parts/move-focus.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useCan, useQuery } from '../state/client-context.js';
import { languageLabel } from './languages.js';
import { VariableFields } from './variable-fields.js';
import { initialValues, type VariableValues } from './variable-values.js';

interface Props {
  readonly component: Component | undefined;
  readonly onComponent: (component: Component) => void;
  readonly values: VariableValues;
  readonly onValues: (values: VariableValues) => void;
}

/** Chooses a component of the store and fills in its variables. Monitors are not run as jobs. */
export function ComponentChoice({ component, onComponent, values, onValues }: Props) {
  const answer = useQuery('components.list', {}, ['component.changed']);
  const [text, setText] = useState('');
  const items = useMemo(() => runnable(answer.data?.items ?? [], text), [answer.data, text]);
  return (
    <Loaded answer={answer}>
      {(data) =>
        data.items.length === 0 ? (
          <NoComponents />
        ) : (
          <div class="choose-component">
            <div class="stack tight">
              <input
                class="input"
                type="search"
                aria-label="Search components"
                placeholder="Search components"
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
              <ul class="component-list" aria-label="Components" onKeyDown={(event) => moveFocus(event, 'button')}>
                {items.map((one) => (
                  <li key={one.id}>
                    <button
                      type="button"
                      class="line-button"
                      aria-current={one.id === component?.id}
                      onClick={() => {
                        onComponent(one);
                        onValues(initialValues(one));
                      }}
                    >
                      <Icon name={one.favourite ? 'star' : 'component'} class="small faint" />
                      <span class="grow cut">{one.name}</span>
                      <span class="faint">{languageLabel(one.language)}</span>
                    </button>
                  </li>
                ))}
                {items.length === 0 && <li class="faint pad">No component fits.</li>}
              </ul>
            </div>
            {component ? (
              <div class="stack">
                <div class="row">
                  <span class="strong cut">{component.name}</span>
                  <Badge>version {component.version}</Badge>
                </div>
                {component.description && <p class="muted wrap">{component.description}</p>}
                <VariableFields variables={component.variables} values={values} onValues={onValues} />
                {component.variables.length === 0 && <p class="faint">It asks for nothing.</p>}
              </div>
            ) : (
              <p class="muted pad">Choose a component to see what it does and asks for.</p>
            )}
          </div>
        )
      }
    </Loaded>
  );
}

function runnable(components: readonly Component[], text: string): readonly Component[] {
  const wanted = text.trim().toLowerCase();
  return components
    .filter(({ kind }) => kind !== 'monitor')
    .filter(({ name, category, description }) => `${name} ${category} ${description}`.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.favourite) - Number(a.favourite) || a.name.localeCompare(b.name));
}

function NoComponents() {
  const can = useCan();
  return (
    <Empty
      icon="component"
      title="The component store is empty"
      compact
      actions={
        can('components', 'manage') && (
          <Link to="/components/new" class="button">
            Create a component
          </Link>
        )
      }
    >
      Components are scripts that are kept, with the variables they ask for.
    </Empty>
  );
}
