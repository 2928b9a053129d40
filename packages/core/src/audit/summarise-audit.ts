import type { Audit } from '@rmm/protocol';
import { DEVICE_TYPES } from '../hierarchy/device-contract.js';
import type { DeviceSummary, DeviceType } from '../hierarchy/device-model.js';

/** What the sections of an audit tell for lists, filters and the device's summary; only of the sections given. */
export function summariseAudit(sections: Partial<Audit>): DeviceSummary {
  const { system, hardware, volumes, network } = sections;
  const summary: Record<string, unknown> = {};
  if (system) {
    const { domain, lastUser, osName, osVersion, servicePack, architecture, platform } = system;
    Object.assign(summary, { domain, lastUser, osName, osVersion, servicePack, architecture, platform });
  }
  if (hardware) {
    const { manufacturer, model, serial, memoryBytes, processors } = hardware;
    Object.assign(summary, { manufacturer, model, serial, memoryBytes, processor: processors[0]?.model });
  }
  if (volumes) {
    summary.diskBytes = volumes.volumes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    summary.diskFreeBytes = volumes.volumes.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
  }
  if (network) {
    const real = network.adapters.filter(({ virtual }) => !virtual);
    const adapters = real.length > 0 ? real : network.adapters;
    summary.ipAddresses = adapters.flatMap(({ addresses }) => addresses.map(withoutPrefix));
    summary.macAddresses = [...new Set(adapters.flatMap(({ mac }) => (mac ? [mac] : [])))];
  }
  return summary as DeviceSummary;
}

/** `192.0.2.7/24` → `192.0.2.7`: lists and filters ask for the address alone. */
const withoutPrefix = (address: string): string => address.replace(/\/\d+$/, '');

/** The device type that an audit tells, `unknown` when it tells none or one that we do not know. */
export function deviceTypeOf(sections: Partial<Audit>): DeviceType {
  const told = sections.system?.deviceType;
  return DEVICE_TYPES.find((type) => type === told) ?? 'unknown';
}
