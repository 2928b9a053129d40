import type { Device } from '@rmm/client';
import { Icon } from '../parts/icon.js';

/** What kind of computer it is. */
export function DeviceIcon({ device }: { readonly device: Pick<Device, 'type'> }) {
  return <Icon name={device.type} class="faint" />;
}
