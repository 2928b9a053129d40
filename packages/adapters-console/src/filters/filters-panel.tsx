import type { Filter, Group } from '@rmm/client';
import { useState } from 'preact/hooks';
import { Bones } from '../parts/states.js';
import { useLocation, useRouter } from '../router/router-context.js';
import { useCan, useQuery, useReach } from '../state/client-context.js';
import { FilterEntry } from './filter-entry.js';
import { GroupDialog } from './group-dialog.js';
import { GroupEntry } from './group-entry.js';
import { PanelSection } from './panel-section.js';

interface Props {
  /** The Profile's filters and groups in place of the System's. */
  readonly profileId?: string;
  /** Called when something was chosen. */
  readonly onGo?: () => void;
}

const FILTER_EVENTS = ['filter.*', 'device.*', 'profile.changed', 'group.changed'];

/** The guide's filters and groups panel: what the system made, what the technicians made, with live counts. */
export function FiltersPanel({ profileId, onGo }: Props) {
  const router = useRouter();
  const can = useCan();
  const { path } = useLocation();
  const within = profileId ? { profileId } : {};
  const filters = useQuery('filters.list', within, FILTER_EVENTS);
  const groups = useQuery('groups.list', within, ['group.changed', 'device.*']);
  const [adding, setAdding] = useState<Group['kind'] | undefined>(undefined);
  const base = profileId ? `/profiles/${profileId}/devices` : '/system/devices';
  const all = filters.data?.items ?? [];
  const entry = (filter: Filter) => (
    <FilterEntry key={filter.id} filter={filter} base={base} here={path === base} {...(onGo && { onGo })} />
  );
  const groupEntry = (group: Group) => (
    <GroupEntry key={group.id} group={group} base={base} here={path === base} {...(onGo && { onGo })} />
  );
  const level = profileId ? 'Profile' : 'System';
  const own = all.filter(({ builtIn }) => !builtIn);
  const ofKind = (kind: Group['kind']) => groups.data?.items.filter((group) => group.kind === kind) ?? [];
  const deviceKind = profileId ? 'profile-devices' : 'system-devices';
  const reaches = useReach()(profileId);
  const manageFilters = reaches && can('filters', 'manage');
  const manageGroups = reaches && can('groups', 'manage');
  return (
    <aside class="panel" aria-label="Filters and groups">
      <PanelSection title="Default filters" none="">
        {filters.data ? all.filter(isShown).map(entry) : <Bones lines={4} />}
      </PanelSection>
      <PanelSection
        title={`${level} filters`}
        none={manageFilters ? 'None yet. A filter collects devices by what they are like.' : 'None yet.'}
        addLabel="Create a filter"
        {...(manageFilters && {
          onAdd: () => router.navigate(`/filters/new${profileId ? `?profile=${profileId}` : ''}`),
        })}
      >
        {own.map(entry)}
      </PanelSection>
      {can('groups') && (
        <PanelSection
          title={`${level} device groups`}
          none={manageGroups ? 'None yet. A group holds the devices you put in.' : 'None yet.'}
          addLabel="Create a device group"
          {...(manageGroups && { onAdd: () => setAdding(deviceKind) })}
        >
          {ofKind(deviceKind).map(groupEntry)}
        </PanelSection>
      )}
      {can('groups') && !profileId && (
        <PanelSection
          title="Profile groups"
          none="None yet."
          addLabel="Create a Profile group"
          {...(manageGroups && { onAdd: () => setAdding('system-profiles') })}
        >
          {ofKind('system-profiles').map(groupEntry)}
        </PanelSection>
      )}
      {adding && <GroupDialog kind={adding} {...within} onClose={() => setAdding(undefined)} />}
    </aside>
  );
}

/** Default filters without devices are left out, except those that say something by being empty. */
function isShown({ builtIn, devices, id }: Filter): boolean {
  return builtIn && (devices > 0 || ALWAYS.test(id)) && !id.endsWith('-suspended');
}
const ALWAYS = /-(all|favourites|online|offline)$/;
