import { DeviceBrowser } from '../devices/device-browser.js';
import { NoDevicesYet } from '../devices/no-devices-yet.js';
import { SystemLevel } from './system-level.js';

const SCOPE = {};

/** All devices of the System. */
export function SystemDevicesView() {
  return (
    <SystemLevel panel>
      <DeviceBrowser scope={SCOPE} empty={<NoDevicesYet />} />
    </SystemLevel>
  );
}
