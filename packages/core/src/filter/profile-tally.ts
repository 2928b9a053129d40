/** Devices of one Profile; suspended ones do not count. */
export interface ProfileCounts {
  readonly total: number;
  readonly online: number;
}

export type DeviceStatus = 'online' | 'offline' | 'suspended';

interface Cell {
  readonly profileId: string;
  readonly status: DeviceStatus;
  devices: number;
}

/** How many devices each Profile has, kept as they change. */
export class ProfileTally {
  readonly #cells = new Map<string, Cell>();
  readonly #cellOf = new Map<string, Cell>();

  set(deviceId: string, profileId: string, status: DeviceStatus): void {
    const before = this.#cellOf.get(deviceId);
    if (before?.profileId === profileId && before.status === status) return;
    if (before) before.devices--;
    const cell = this.#cell(profileId, status);
    cell.devices++;
    this.#cellOf.set(deviceId, cell);
  }

  delete(deviceId: string): void {
    const before = this.#cellOf.get(deviceId);
    if (!before) return;
    before.devices--;
    this.#cellOf.delete(deviceId);
  }

  counts(profileId: string): ProfileCounts {
    const online = this.#cells.get(`${profileId}/online`)?.devices ?? 0;
    return { online, total: online + (this.#cells.get(`${profileId}/offline`)?.devices ?? 0) };
  }

  #cell(profileId: string, status: DeviceStatus): Cell {
    const key = `${profileId}/${status}`;
    const known = this.#cells.get(key);
    if (known) return known;
    const cell: Cell = { profileId, status, devices: 0 };
    this.#cells.set(key, cell);
    return cell;
  }
}
