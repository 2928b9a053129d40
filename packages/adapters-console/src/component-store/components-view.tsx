import type { Component } from '@rmm/client';
import { languageLabel } from '../jobs/languages.js';
import { Ago, Badge } from '../parts/bits.js';
import { Icon } from '../parts/icon.js';
import { Level } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { rowLink } from '../parts/row-link.js';
import { SearchBox } from '../parts/search-box.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { useAction } from '../state/use-action.js';
import { SecurityLevel } from './security-level.js';

/** The component store. */
export function ComponentsView() {
  const can = useCan();
  const [query, setQuery] = useSearch();
  const search = query.get('q') ?? '';
  const components = useQuery('components.list', search ? { search } : {}, ['component.changed']);
  const add = can('components', 'manage') && (
    <Link to="/components/new" class="button primary">
      <Icon name="add" />
      New component
    </Link>
  );
  return (
    <Level title="Components" name="Components" actions={add}>
      <div class="content flush">
        <div class="strip">
          <SearchBox
            label="Search components"
            value={search}
            slash
            onValue={(q) => setQuery({ q }, { replace: true })}
          />
        </div>
        <Loaded answer={components}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                icon="component"
                title={search ? 'No component fits' : 'No components yet'}
                actions={!search && add}
              >
                {search ? 'Try other words.' : 'A component is a script that is kept, with the variables it asks for.'}
              </Empty>
            ) : (
              <ComponentTable items={items} />
            )
          }
        </Loaded>
      </div>
    </Level>
  );
}

function ComponentTable({ items }: { readonly items: readonly Component[] }) {
  const router = useRouter();
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Components">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              Description
            </th>
            <th scope="col">Language</th>
            <th scope="col" class="wide-only">
              Category
            </th>
            <th scope="col" class="wide-only">
              Security level
            </th>
            <th scope="col" class="wide-only">
              Changed
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((component) => (
            <tr key={component.id} {...rowLink(router, `/components/${component.id}`)}>
              <td>
                <span class="name">
                  <Icon name="component" class="faint" />
                  <span class="grow">
                    <Link to={`/components/${component.id}`} class="cut" tabIndex={-1}>
                      {component.name}
                    </Link>
                  </span>
                  <Favourite component={component} />
                </span>
              </td>
              <td class="wide-only">
                <span class="cut muted">{component.description}</span>
              </td>
              <td>
                <Badge>{languageLabel(component.language)}</Badge>
              </td>
              <td class="muted wide-only">{component.category}</td>
              <td class="wide-only">
                <SecurityLevel level={component.securityLevel} />
              </td>
              <td class="muted wide-only">
                <Ago at={component.updatedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Favourite({ component: { id, name, favourite } }: { readonly component: Component }) {
  const client = useClient();
  const { run } = useAction(async () => {
    await client.components.favourite({ componentId: id, favourite: !favourite });
    client.invalidate('components.*');
  });
  return (
    <button
      type="button"
      class="star"
      tabIndex={-1}
      aria-pressed={favourite}
      aria-label={`Favourite: ${name}`}
      onClick={() => void run()}
    >
      <Icon name="star" />
    </button>
  );
}
