import type { Device } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { WhyDialog } from '../filters/why-dialog.js';
import { Failed } from '../parts/states.js';
import { useSearch } from '../router/router-context.js';
import { useCan, useQuery } from '../state/client-context.js';
import { usePreference } from '../state/use-preference.js';
import { DEFAULT_COLUMNS, deviceColumns } from './device-columns.js';
import {
  type DeviceScope,
  type ListState,
  nextSort,
  PAGE_SIZES,
  readListState,
  selectionOf,
} from './device-list-state.js';
import { DeviceStrip } from './device-strip.js';
import { DeviceTable, WaitingTable } from './device-table.js';
import { Pager } from './pager.js';
import { useSelection } from './use-selection.js';

interface Props {
  readonly scope: DeviceScope;
  /** Columns that make no sense here. */
  readonly without?: readonly string[];
  /** Shown when there is no device at all, unfiltered. */
  readonly empty: ComponentChildren;
}

const REFRESH_ON = ['device.*', 'profile.changed', 'group.changed', 'filter.changed'];

/** The list of devices: search, sort, page, columns, selection and what can be done with it. */
export function DeviceBrowser({ scope, without = [], empty }: Props) {
  const [query, setQuery] = useSearch();
  const state = useMemo(() => readListState(query), [query]);
  const [[size = '100'], setSize] = usePreference('rmm.devices.page', ['100']);
  const { all, columns, chosen, setChosen } = useColumns(without);
  const limit = Number(PAGE_SIZES.find((one) => one === size) ?? '100');
  const wanted = useMemo(() => selectionOf(scope, state), [scope, state]);
  const selection = useSelection(JSON.stringify(wanted));
  const answer = useQuery('devices.list', { ...wanted, offset: state.page * limit, limit }, REFRESH_ON);
  const { data, error, store } = answer;
  useEffect(() => {
    // The last page may have emptied meanwhile.
    const beyond = data && !answer.old && data.items.length === 0 && state.page > 0;
    if (beyond) setQuery({ page: undefined }, { replace: true });
  }, [data]);
  const why = useWhy(scope, state);
  const narrowed = Boolean(state.search || state.filterId || state.groupId || state.filter);
  return (
    <div class="content flush">
      <DeviceStrip
        scope={scope}
        state={state}
        wanted={wanted}
        total={data?.total}
        selection={selection}
        items={data?.items ?? []}
        columns={all}
        chosen={chosen}
        onColumns={setChosen}
        onSearch={(q) => setQuery({ q, page: undefined }, { replace: true })}
        onRefresh={() => void store.refresh()}
      />
      {data ? (
        <DeviceTable
          items={data.items}
          columns={columns}
          state={state}
          selection={selection}
          old={answer.old}
          onSort={(field) => setQuery({ sort: nextSort(state, field), page: undefined })}
          onFavourite={(id, favourite) =>
            store.patch((page) => ({
              ...page,
              items: page.items.map((item) => (item.id === id ? { ...item, favourite } : item)),
            }))
          }
          onWhy={why.ask}
          empty={narrowed ? <NothingFits onClear={() => setQuery(CLEARED)} /> : empty}
        />
      ) : error ? (
        <Failed error={error} retry={() => void store.refresh()} />
      ) : (
        <WaitingTable columns={columns.length + 2} />
      )}
      {why.dialog}
      {data && data.total > 0 && (
        <Pager
          page={state.page}
          limit={limit}
          total={data.total}
          sizes={PAGE_SIZES}
          onPage={(page) => setQuery({ page: page > 0 ? String(page + 1) : undefined })}
          onLimit={(next) => {
            setSize([next]);
            setQuery({ page: undefined }, { replace: true });
          }}
        />
      )}
    </div>
  );
}

/** Tells why a device is in the filter that narrows the list, if one does. */
function useWhy(scope: DeviceScope, state: ListState) {
  const can = useCan();
  const [asked, setAsked] = useState<Device | undefined>(undefined);
  const filtered = can('filters') && (state.filterId !== undefined || state.filter !== undefined);
  const dialog = asked && <Why device={asked} scope={scope} state={state} onClose={() => setAsked(undefined)} />;
  return { ask: filtered ? setAsked : undefined, dialog };
}

interface WhyProps {
  readonly device: Device;
  readonly scope: DeviceScope;
  readonly state: ListState;
  readonly onClose: () => void;
}

function Why({ device, scope: { profileId }, state: { filterId, filter }, onClose }: WhyProps) {
  const { data } = useQuery('filters.list', profileId ? { profileId } : {}, ['filter.changed']);
  const of = filterId !== undefined ? { filterId } : filter && { filter };
  if (!of) return null;
  const name = filterId === undefined ? 'these conditions' : data?.items.find(({ id }) => id === filterId)?.name;
  return <WhyDialog device={device} of={of} name={name ?? 'the filter'} onClose={onClose} />;
}

/** The columns that there are, and those that the user chose. */
function useColumns(without: readonly string[]) {
  const [chosen, setChosen] = usePreference('rmm.devices.columns', DEFAULT_COLUMNS);
  const { data: system } = useQuery('system.get', {}, ['system.changed']);
  const all = useMemo(
    () => deviceColumns(system?.customFieldLabels ?? []).filter(({ key }) => !without.includes(key)),
    [system, without.join()],
  );
  const columns = useMemo(() => all.filter(({ key }) => chosen.includes(key)), [all, chosen]);
  return { all, columns, chosen, setChosen };
}

const CLEARED = { q: undefined, filter: undefined, group: undefined, where: undefined, page: undefined };

function NothingFits({ onClear }: { readonly onClear: () => void }) {
  return (
    <div class="empty">
      <h3>No device fits</h3>
      <p>Nothing here matches the search, filter or group that is chosen.</p>
      <div class="row">
        <button type="button" class="button" onClick={onClear}>
          Show all devices
        </button>
      </div>
    </div>
  );
}
