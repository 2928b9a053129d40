import type { DeviceSet } from '../../filter/device-set.js';
import type { FactIndex } from '../../filter/fact-index.js';
import type { FieldCatalogue } from '../../filter/field-catalogue.js';
import type { KnownGroups } from '../../filter/known-groups.js';
import type { WatchedFilters } from '../../filter/watched-filters.js';
import type { PolicyExceptionRow, PolicyRow, PolicySettings } from '../policy-models.js';
import type { PolicyTypeDef } from '../policy-type.js';

/** The settings that hold on a device: by type, then by field. Types without any setting are left out. */
export type EffectiveDocument = Readonly<Record<string, PolicySettings>>;

/** What a world of policies is made of. */
export interface WorldSources {
  readonly catalogue: FieldCatalogue;
  /** A `SystemIndex`. */
  readonly index: {
    readonly facts: FactIndex;
    readonly filters: Pick<WatchedFilters, 'get' | 'members'>;
    readonly groups: Pick<KnownGroups, 'get' | 'plan' | 'all'>;
  };
  readonly types: readonly PolicyTypeDef[];
  /** All of the System. Their `deployed` terms count; those never pushed hold nowhere. */
  readonly policies: readonly PolicyRow[];
  readonly exceptions: readonly PolicyExceptionRow[];
  /** Ids of the devices whose monitoring is suspended. */
  readonly monitoringSuspended: Iterable<string>;
  /** As if there were only these devices, which spares most of the work where they are few; default all. */
  readonly only?: readonly string[];
}

/** What devices with equal effective settings share. */
export interface EffectivePolicies {
  readonly document: EffectiveDocument;
  /** Equal documents have equal hashes: `documentHash(document)`. */
  readonly hash: string;
}

/** Which settings hold on which device. It does not follow later changes. */
export interface PolicyResolution extends Iterable<readonly [deviceId: string, EffectivePolicies]> {
  /** The devices that were looked at: suspended ones are never among them. */
  readonly devices: DeviceSet;
  /** Each different document once. */
  readonly classes: readonly EffectivePolicies[];
  /** Undefined for devices that were not looked at. */
  of(deviceId: string): EffectivePolicies | undefined;
}
