import type { Device } from '@rmm/client';
import { download } from '../format/download.js';
import { formatNumber } from '../format/words.js';
import { Button, IconButton } from '../parts/button.js';
import { SearchBox } from '../parts/search-box.js';
import { useClient } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { allIds, MAX_SELECTED } from './all-ids.js';
import { ColumnsMenu } from './columns-menu.js';
import { DeviceActions } from './device-actions.js';
import type { DeviceColumn } from './device-columns.js';
import type { DeviceScope, ListState, selectionOf } from './device-list-state.js';
import { ListChips } from './list-chips.js';
import type { Selection } from './use-selection.js';

interface Props {
  readonly scope: DeviceScope;
  readonly state: ListState;
  readonly wanted: ReturnType<typeof selectionOf>;
  readonly total: number | undefined;
  readonly selection: Selection;
  readonly items: readonly Device[];
  readonly columns: readonly DeviceColumn[];
  readonly chosen: readonly string[];
  readonly onColumns: (keys: readonly string[]) => void;
  readonly onSearch: (text: string) => void;
  readonly onRefresh: () => void;
}

/** Above the list: search and what narrows it; once something is ticked, the guide's action bar. */
export function DeviceStrip(props: Props) {
  return <div class="strip">{props.selection.ids.size > 0 ? <Picked {...props} /> : <Search {...props} />}</div>;
}

function Search(props: Props) {
  const { scope, state, wanted, columns, chosen, onColumns, onSearch, onRefresh } = props;
  const client = useClient();
  const csv = useAction(async () => {
    const fields = ['device.hostname', ...columns.filter(({ key }) => chosen.includes(key)).map(({ field }) => field)];
    const file = await client.devices.export({ ...wanted, columns: fields });
    download(file.filename, file.mediaType, file.text);
    toast(`${file.filename} was downloaded.`);
  });
  return (
    <>
      <SearchBox
        label="Search these devices"
        value={state.search}
        onValue={onSearch}
        slash
        onDown={(field) => field.closest('.content')?.querySelector<HTMLElement>('tbody tr[tabindex="0"]')?.focus()}
      />
      <ListChips scope={scope} state={state} />
      <span class="grow" />
      <div class="actions">
        <span class="wide-only">
          <ColumnsMenu columns={columns} chosen={chosen} onChosen={onColumns} />
        </span>
        <IconButton icon="download" label="Download this list as CSV" busy={csv.busy} onClick={() => void csv.run()} />
        <IconButton icon="refresh" label="Refresh" onClick={onRefresh} />
      </div>
    </>
  );
}

function Picked({ wanted, total = 0, selection, items, onRefresh, scope }: Props) {
  const client = useClient();
  const ids = [...selection.ids];
  const rest = ids.length < Math.min(total, MAX_SELECTED) && items.every(({ id }) => selection.ids.has(id));
  const all = useAction(async () => {
    selection.set(await allIds(client, wanted));
    if (total > MAX_SELECTED)
      toast(`The first ${formatNumber(MAX_SELECTED)} devices are selected; more go through a filter.`);
  });
  return (
    <div class="actions grow">
      <span class="picked number">{formatNumber(ids.length)} selected</span>
      {rest && (
        <Button kind="ghost" size="small" class="link" busy={all.busy} onClick={() => void all.run()}>
          Select all {formatNumber(Math.min(total, MAX_SELECTED))}
        </Button>
      )}
      <DeviceActions
        deviceIds={ids}
        hostnames={items.filter(({ id }) => selection.ids.has(id)).map(({ hostname }) => hostname)}
        suspended={scope.suspended === true}
        onDone={(gone) => {
          if (gone) selection.clear();
          onRefresh();
        }}
      />
      <span class="grow" />
      <IconButton icon="close" label="Drop the selection (Esc)" onClick={selection.clear} />
    </div>
  );
}
