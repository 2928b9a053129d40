import type { Visibility } from '../access/visibility.js';
import type { DeviceSet } from '../filter/device-set.js';

/** So often all devices are compared though nobody told of them: what a default filter holds changes with time alone. */
const COMPARE_MS = 10_000;

/**
 * Which devices somebody was shown when they last heard of others. Asked with each of thousands of events a second, so that
 * all devices are only compared where an event does not say which one it is about.
 */
export class ShownDevices {
  #devices: DeviceSet | undefined;
  #comparedAt: number;

  constructor({ devices }: Visibility, now: number) {
    this.#devices = devices;
    this.#comparedAt = now;
  }

  /**
   * Whether other devices are shown now than when this was last true.
   * @param moved - the only one that may be shown or hidden since; null for none, undefined for any number
   */
  changed(visibility: Visibility, now: number, moved: string | null | undefined): boolean {
    if (moved !== undefined && Math.abs(now - this.#comparedAt) < COMPARE_MS && !this.#differs(visibility, moved)) {
      return false;
    }
    const before = this.#devices;
    this.#comparedAt = now;
    this.#devices = visibility.devices;
    return areDifferent(before, this.#devices);
  }

  #differs(visibility: Visibility, deviceId: string | null): boolean {
    return (
      deviceId !== null && this.#devices !== undefined && this.#devices.has(deviceId) !== visibility.device(deviceId)
    );
  }
}

/** Whether two sets hold different devices; undefined holds all. */
export function areDifferent(before: DeviceSet | undefined, now: DeviceSet | undefined): boolean {
  if (before === now) return false;
  if (!before || !now) return true;
  return before.andNot(now).count + now.andNot(before).count > 0;
}
