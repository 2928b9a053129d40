import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.js';
import { Count, strict } from '../schema-parts.js';

const Text = Type.String({ maxLength: LIMITS.auditTextLength });
const Optional = {
  text: Type.Optional(Text),
  int: Type.Optional(Count),
  bool: Type.Optional(Type.Boolean()),
};
const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Array(item, { maxItems: LIMITS.auditListItems });

/** Identity and operating system. */
export const SystemSection = Type.Object(
  {
    hostname: Text,
    domain: Optional.text,
    /** `server`, `workstation`, `laptop`, or absent when it cannot be told. */
    deviceType: Optional.text,
    platform: Type.Union([Type.Literal('linux'), Type.Literal('windows'), Type.Literal('macos')]),
    osName: Text,
    osVersion: Optional.text,
    osBuild: Optional.text,
    servicePack: Optional.text,
    kernel: Optional.text,
    /** `x64`, `arm64`, `x86`… */
    architecture: Text,
    timeZone: Optional.text,
    /** Who last signed in at the device. */
    lastUser: Optional.text,
    /** The operating system's own id of this installation; a hint for telling clones. */
    machineId: Optional.text,
  },
  strict,
);
export type SystemSection = Static<typeof SystemSection>;

/** Parts that are soldered, plugged or screwed in. Sizes in bytes, speeds in MHz. */
export const HardwareSection = Type.Object(
  {
    manufacturer: Optional.text,
    model: Optional.text,
    serial: Optional.text,
    bios: Type.Optional(
      Type.Object({ vendor: Optional.text, version: Optional.text, releasedOn: Optional.text }, strict),
    ),
    motherboard: Type.Optional(
      Type.Object({ manufacturer: Optional.text, model: Optional.text, serial: Optional.text }, strict),
    ),
    processors: list(
      Type.Object({ model: Text, cores: Optional.int, threads: Optional.int, speedMHz: Optional.int }, strict),
    ),
    memoryBytes: Count,
    displayAdapters: list(Type.Object({ name: Text }, strict)),
    monitors: list(Type.Object({ name: Text, serial: Optional.text }, strict)),
    disks: list(
      Type.Object(
        { name: Text, model: Optional.text, serial: Optional.text, sizeBytes: Optional.int, kind: Optional.text },
        strict,
      ),
    ),
  },
  strict,
);
export type HardwareSection = Static<typeof HardwareSection>;

/**
 * Mounted volumes. `freeBytes` is rounded down to 256 MiB by the agent, so that an audit does not differ from the last
 * one merely because a log grew.
 */
export const VolumesSection = Type.Object(
  {
    volumes: list(
      Type.Object(
        {
          mount: Text,
          fileSystem: Optional.text,
          sizeBytes: Count,
          freeBytes: Count,
        },
        strict,
      ),
    ),
  },
  strict,
);
export type VolumesSection = Static<typeof VolumesSection>;

export const NetworkSection = Type.Object(
  {
    adapters: list(
      Type.Object(
        { name: Text, mac: Optional.text, addresses: list(Text), speedMbps: Optional.int, virtual: Optional.bool },
        strict,
      ),
    ),
  },
  strict,
);
export type NetworkSection = Static<typeof NetworkSection>;

/** Installed packages and programs, sorted by name, version, architecture. */
export const SoftwareSection = Type.Object(
  {
    packages: list(
      Type.Object(
        {
          name: Text,
          version: Text,
          architecture: Optional.text,
          publisher: Optional.text,
          /** ISO date. */
          installedOn: Optional.text,
          sizeBytes: Optional.int,
          /** Where the entry comes from, which also tells how versions compare: `dpkg`, `rpm`, `windows`, `macos`, … */
          source: Text,
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SoftwareSection = Static<typeof SoftwareSection>;

const Product = Type.Object({ product: Text, enabled: Type.Boolean(), updated: Optional.bool }, strict);
/** Protection products, as the operating system reports them. */
export const SecuritySection = Type.Object(
  {
    antivirus: list(Product),
    firewall: list(Product),
    updates: Type.Optional(Type.Object({ enabled: Type.Boolean(), product: Text }, strict)),
  },
  strict,
);
export type SecuritySection = Static<typeof SecuritySection>;

/** The sections of an audit; each is hashed and sent on its own. */
export const AUDIT_SECTIONS = {
  system: SystemSection,
  hardware: HardwareSection,
  volumes: VolumesSection,
  network: NetworkSection,
  software: SoftwareSection,
  security: SecuritySection,
} as const;

export type AuditSectionName = keyof typeof AUDIT_SECTIONS;
export type Audit = { readonly [Name in AuditSectionName]: Static<(typeof AUDIT_SECTIONS)[Name]> };
export const AUDIT_SECTION_NAMES = Object.keys(AUDIT_SECTIONS) as AuditSectionName[];
