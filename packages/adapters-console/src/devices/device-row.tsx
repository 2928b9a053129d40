import type { Device } from '@rmm/client';
import { IconButton } from '../parts/button.js';
import { memo } from '../parts/memo.js';
import { Link } from '../router/link.js';
import { useRouter } from '../router/router-context.js';
import { type DeviceColumn, StatusDot } from './device-columns.js';
import { DeviceIcon } from './device-icon.js';
import { FavouriteStar } from './favourite-star.js';

interface Props {
  readonly device: Device;
  readonly columns: readonly DeviceColumn[];
  readonly ticked: boolean;
  readonly tabIndex: number;
  readonly onTick: (extend: boolean) => void;
  readonly onFocus: () => void;
  readonly onFavourite: (id: string, favourite: boolean) => void;
  /** The list is narrowed by a filter, which can tell why the device is in it. */
  readonly onWhy?: (device: Device) => void;
}

/** One device. The row is the target: a click anywhere opens it. */
export const DeviceRow = memo(DeviceRowBody, ['device', 'columns', 'ticked', 'tabIndex', 'onWhy']);

function DeviceRowBody({ device, columns, ticked, tabIndex, onTick, onFocus, onFavourite, onWhy }: Props) {
  const router = useRouter();
  const to = `/devices/${device.id}`;
  return (
    <tr
      class="live"
      tabIndex={tabIndex}
      aria-selected={ticked}
      onFocus={(event) => event.target === event.currentTarget && onFocus()}
      onClick={(event) => {
        const target = event.target instanceof Element ? event.target : undefined;
        if (event.defaultPrevented || target?.closest('a, button, input, label')) return;
        // Text that was just marked is to be copied, not opened.
        if (getSelection()?.toString()) return;
        if (event.metaKey || event.ctrlKey) onTick(false);
        else if (event.shiftKey) onTick(true);
        else router.navigate(to);
      }}
      onKeyDown={() => {}}
    >
      <td class="tick">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${device.hostname}`}
          checked={ticked}
          onClick={(event) => {
            event.preventDefault();
            onTick(event.shiftKey);
          }}
        />
      </td>
      <td>
        <span class="name">
          <StatusDot device={device} />
          <DeviceIcon device={device} />
          <span class="grow">
            <Link to={to} class="cut" tabIndex={-1}>
              {device.hostname}
            </Link>
            <span class="under cut">{[device.profileName, device.operatingSystem].filter(Boolean).join(' · ')}</span>
          </span>
          {onWhy && (
            <IconButton
              class="why"
              icon="help"
              size="small"
              tabIndex={-1}
              label={`Why is ${device.hostname} in this filter?`}
              onClick={() => onWhy(device)}
            />
          )}
          {device.status !== 'suspended' && <FavouriteStar device={device} onChange={onFavourite} />}
        </span>
      </td>
      {columns.map(({ key, show, end, slim }) => (
        <td key={key} class={`${end ? 'end' : ''} ${slim ? 'slim' : ''} wide-only`}>
          {show(device)}
        </td>
      ))}
    </tr>
  );
}
