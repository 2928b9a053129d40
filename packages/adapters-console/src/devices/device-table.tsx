import type { Device } from '@rmm/client';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.js';
import { useRouter } from '../router/router-context.js';
import type { DeviceColumn } from './device-columns.js';
import type { ListState } from './device-list-state.js';
import { DeviceRow } from './device-row.js';
import type { Selection } from './use-selection.js';

interface Props {
  readonly items: readonly Device[];
  readonly columns: readonly DeviceColumn[];
  readonly state: ListState;
  readonly selection: Selection;
  readonly old: boolean;
  readonly onSort: (field: string) => void;
  readonly onFavourite: (id: string, favourite: boolean) => void;
  /** Tells why a device is in the filter that narrows the list; the key `?` asks too. */
  readonly onWhy?: ((device: Device) => void) | undefined;
  readonly empty: ComponentChildren;
}

/** The rows. Arrow keys walk, Enter opens, Space ticks, Shift extends, Esc drops the selection. */
export function DeviceTable(props: Props) {
  const { items, columns, state, selection, old, empty } = props;
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const page = `${state.page} ${state.sortBy} ${state.descending}`;
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
    setAt(0);
  }, [page]);
  const onKeyDown = useRowKeys(props, at, setAt, box);
  if (items.length === 0) return <div class="sheet-table">{empty}</div>;
  const ids = items.map(({ id }) => id);
  const ticked = ids.filter((id) => selection.ids.has(id)).length;
  return (
    <div ref={box} class={`sheet-table ${old ? 'fetching' : ''}`}>
      <table class="table wide" aria-label="Devices" onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th class="tick" scope="col">
              <input
                type="checkbox"
                aria-label="Select all on this page"
                checked={ticked === ids.length}
                indeterminate={ticked > 0 && ticked < ids.length}
                onChange={() =>
                  selection.set(
                    ticked === ids.length
                      ? [...selection.ids].filter((id) => !ids.includes(id))
                      : [...new Set([...selection.ids, ...ids])],
                  )
                }
              />
            </th>
            <SortHeader label="Hostname" field="device.hostname" {...props} />
            {columns.map(({ key, label, field, end }) => (
              <SortHeader key={key} label={label} field={field} end={end === true} wideOnly {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((device, index) => (
            <DeviceRow
              key={device.id}
              device={device}
              columns={columns}
              ticked={selection.ids.has(device.id)}
              tabIndex={index === Math.min(at, items.length - 1) ? 0 : -1}
              onTick={(extend) => (extend ? selection.extend(device.id, ids) : selection.toggle(device.id))}
              onFocus={() => setAt(index)}
              onFavourite={props.onFavourite}
              {...(props.onWhy && { onWhy: props.onWhy })}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeaderProps extends Pick<Props, 'state' | 'onSort'> {
  readonly label: string;
  readonly field: string;
  readonly end?: boolean;
  readonly wideOnly?: boolean;
}

function SortHeader({ label, field, end, wideOnly, state, onSort }: HeaderProps) {
  const sorted = state.sortBy === field ? (state.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th
      scope="col"
      class={`${end ? 'end' : ''} ${wideOnly ? 'wide-only' : ''}`}
      {...(sorted && { 'aria-sort': sorted as 'ascending' | 'descending' })}
    >
      <button type="button" onClick={() => onSort(field)}>
        {label}
        <Icon name="chevron" class="up" />
      </button>
    </th>
  );
}

function useRowKeys(
  { items, selection, onWhy }: Props,
  at: number,
  setAt: (at: number) => void,
  box: { readonly current: HTMLElement | null },
): (event: KeyboardEvent) => void {
  const router = useRouter();
  return (event) => {
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    if (!target?.matches('tbody tr')) return;
    const device = items[at];
    const ids = items.map(({ id }) => id);
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -items.length, End: items.length }[
      event.key
    ];
    if (move !== undefined) {
      const next = Math.min(items.length - 1, Math.max(0, at + move));
      const to = items[next];
      if (event.shiftKey && device && to) selection.extend(to.id, ids);
      setAt(next);
      box.current?.querySelectorAll<HTMLElement>('tbody tr')[next]?.focus();
    } else if (event.key === 'Enter' && device) router.navigate(`/devices/${device.id}`);
    else if (event.key === ' ' && device) selection.toggle(device.id);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) selection.set(ids);
    else if (event.key === '?' && device && onWhy) onWhy(device);
    else if (event.key === 'Escape') selection.clear();
    else return;
    event.preventDefault();
  };
}

/** The table while its first page is fetched. */
export function WaitingTable({ columns }: { readonly columns: number }) {
  return (
    <div class="sheet-table" role="status" aria-label="Loading">
      <table class="table" aria-hidden="true">
        <tbody>
          {Array.from({ length: 12 }, (_, row) => (
            <tr key={row}>
              {Array.from({ length: columns }, (_, column) => (
                <td key={column}>
                  <span class="bone" style={{ width: `${40 + ((row * 7 + column * 13) % 45)}%` }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
