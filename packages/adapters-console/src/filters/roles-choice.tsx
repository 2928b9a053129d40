import { Segmented } from '../parts/bits.js';
import { PickMany } from '../parts/pick-many.js';
import { useQuery } from '../state/client-context.js';

interface Props {
  /** Null: all roles. */
  readonly visibleTo: readonly string[] | null;
  readonly onVisibleTo: (roleIds: readonly string[] | null) => void;
}

/** Whose lists show the filter; account administrators see every filter (guide, chapter 5). */
export function RolesChoice({ visibleTo, onVisibleTo }: Props) {
  const { data } = useQuery('roles.list', {}, ['role.changed']);
  const options = (data?.items ?? [])
    .filter(({ builtIn }) => !builtIn)
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <section class="stack" aria-label="Visible to">
      <div class="row">
        <h2 class="strong">Visible to</h2>
        <Segmented
          size="small"
          label="Visible to"
          value={visibleTo === null ? 'all' : 'some'}
          choices={[
            { value: 'all', label: 'All roles' },
            { value: 'some', label: 'Chosen roles' },
          ]}
          onValue={(value) => onVisibleTo(value === 'all' ? null : [])}
        />
      </div>
      {visibleTo !== null && (
        <>
          <PickMany label="Roles" options={options} chosen={visibleTo} onChosen={onVisibleTo} />
          <p class="muted">
            {visibleTo.length === 0
              ? 'No role yet: account administrators alone see it.'
              : 'Account administrators see it too.'}
          </p>
        </>
      )}
    </section>
  );
}
