import type { Filter, FilterNode } from '@rmm/client';
import { useMemo, useState } from 'preact/hooks';
import { plural } from '../format/words.js';
import { Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { PickMany } from '../parts/pick-many.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useClient, useDesk, useQuery, useReach } from '../state/client-context.js';
import { fieldProblems } from '../state/error-text.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { type EditorGroup, fromFilter, newGroup, toFilter } from './editor-model.js';
import { FilterPreview } from './filter-preview.js';
import { GroupEditor } from './group-editor.js';
import { RolesChoice } from './roles-choice.js';

interface Props {
  /** A filter of this Profile in place of one of the System. */
  readonly profileId?: string;
  readonly stored?: Filter;
  readonly start: FilterNode | undefined;
}

/** Builds a filter: nested groups of conditions at the left, the devices that fit at the right, counted while typing. */
export function FilterEditor({ profileId, stored, start }: Props) {
  const can = useCan();
  const reaches = useReach()(profileId);
  const { data } = useQuery('fields.list', {});
  const fields = useMemo(() => new Map((data?.items ?? []).map((field) => [field.id, field])), [data]);
  const [root, setRoot] = useState<EditorGroup>(() => (start ? fromFilter(start) : newGroup('all')));
  const [name, setName] = useState(stored?.name ?? '');
  const [description, setDescription] = useState(stored?.description ?? '');
  const [scope, setScope] = useState<readonly string[] | null>(stored?.scope ?? null);
  const [visibleTo, setVisibleTo] = useState<readonly string[] | null>(stored?.visibleTo ?? null);
  const { accountadmin } = useDesk().session;
  const [tried, setTried] = useState(false);
  const compiled = useMemo(() => toFilter(root, fields), [root, fields]);
  const draft = {
    name: name.trim(),
    description: description.trim(),
    filter: compiled.filter,
    scope,
    ...(accountadmin && { visibleTo }),
  };
  const save = useSave(stored, profileId, draft);
  const incomplete = compiled.problems.size;
  const nowhere = scope?.length === 0;
  const problems = fieldProblems(save.error);
  return (
    <form
      class="filter-editor"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (incomplete === 0 && !nowhere) void save.run();
      }}
    >
      <div class="content">
        <div class="stack wide page">
          <div class="form">
            <div class="pair">
              <TextField
                label="Name"
                value={name}
                onValue={setName}
                required
                autofocus={!stored}
                maxLength={255}
                placeholder="Servers with little free space"
                problem={problems.name}
              />
              <TextField label="Description" value={description} onValue={setDescription} maxLength={4000} />
            </div>
          </div>
          <section class="stack" aria-label="Conditions">
            <h2 class="strong">Devices for which</h2>
            {data && (
              <GroupEditor
                root={root}
                group={root}
                fields={fields}
                problems={tried ? compiled.problems : new Map()}
                onRoot={setRoot}
              />
            )}
          </section>
          {!profileId && <ScopeChoice scope={scope} onScope={setScope} tried={tried} />}
          {accountadmin && <RolesChoice visibleTo={visibleTo} onVisibleTo={setVisibleTo} />}
        </div>
      </div>
      <aside class="preview" aria-label="Devices that fit">
        <FilterPreview
          filter={compiled.filter}
          {...(profileId ? { profileId } : { scope })}
          {...(stored && { stored })}
          incomplete={incomplete}
        />
        {reaches && can('filters', 'manage') && (
          <div class="preview-foot">
            {tried && incomplete > 0 && (
              <p class="problem" role="alert">
                {plural(incomplete, 'condition')} {incomplete === 1 ? 'is' : 'are'} not complete.
              </p>
            )}
            <Button type="submit" kind="primary" class="wide" busy={save.busy}>
              {stored ? 'Save filter' : 'Create filter'}
            </Button>
          </div>
        )}
      </aside>
    </form>
  );
}

interface Draft {
  readonly name: string;
  readonly description: string;
  readonly filter: FilterNode;
  readonly scope: readonly string[] | null;
  /** Absent: left as it is. */
  readonly visibleTo?: readonly string[] | null;
}

function useSave(stored: Filter | undefined, profileId: string | undefined, draft: Draft) {
  const client = useClient();
  const router = useRouter();
  return useAction(async () => {
    const { name, description, filter, visibleTo } = draft;
    const scope = {
      ...(!profileId && { scope: draft.scope && [...draft.scope] }),
      ...(visibleTo !== undefined && { visibleTo: visibleTo && [...visibleTo] }),
    };
    const saved = stored
      ? await client.filters.update({ filterId: stored.id, name, description, filter, ...scope })
      : await client.filters.create({ name, description, filter, ...scope, ...(profileId && { profileId }) });
    client.invalidate('filters.*');
    toast(`The filter “${saved.name}” holds ${plural(saved.devices, 'device')}.`);
    router.navigate(`${profileId ? `/profiles/${profileId}/devices` : '/system/devices'}?filter=${saved.id}`);
  });
}

interface ScopeProps {
  readonly scope: readonly string[] | null;
  readonly onScope: (scope: readonly string[] | null) => void;
  /** Somebody wants to save it: what is missing is said. */
  readonly tried: boolean;
}

/** All Profiles, or chosen ones. */
function ScopeChoice({ scope, onScope, tried }: ScopeProps) {
  const { data } = useQuery('profiles.list', {}, ['profile.changed']);
  return (
    <section class="stack" aria-label="Scope">
      <div class="row">
        <h2 class="strong">Within</h2>
        <Segmented
          size="small"
          label="Scope"
          value={scope === null ? 'all' : 'some'}
          choices={[
            { value: 'all', label: 'All Profiles' },
            { value: 'some', label: 'Chosen Profiles' },
          ]}
          onValue={(value) => onScope(value === 'all' ? null : [])}
        />
      </div>
      {scope !== null && (
        <PickMany
          label="Profiles"
          options={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          chosen={scope}
          onChosen={onScope}
        />
      )}
      {tried && scope?.length === 0 && (
        <p class="problem" role="alert">
          Choose a Profile, or all of them.
        </p>
      )}
    </section>
  );
}
