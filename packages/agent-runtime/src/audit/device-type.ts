/** What hints at the kind of a computer. */
export interface DeviceHints {
  /** SMBIOS chassis type (DSP0134, table 17). */
  readonly chassis: number | undefined;
  readonly hasBattery: boolean;
  /** The operating system is sold or installed as a server's. */
  readonly isServerSystem: boolean;
  /** Someone can sit down and sign in to a desktop. */
  readonly hasDesktop: boolean;
}

const PORTABLE = new Set([8, 9, 10, 11, 12, 14, 30, 31, 32]);
const SERVER = new Set([17, 23, 25, 28, 29]);

/** A server stays one on a desktop's case; a portable case or a battery make a laptop; a desktop makes a workstation. */
export function deviceType({
  chassis,
  hasBattery,
  isServerSystem,
  hasDesktop,
}: DeviceHints): 'server' | 'workstation' | 'laptop' {
  if (isServerSystem) return 'server';
  if (chassis !== undefined && PORTABLE.has(chassis)) return 'laptop';
  if (hasBattery && (hasDesktop || chassis === undefined)) return 'laptop';
  if (chassis !== undefined && SERVER.has(chassis)) return 'server';
  return hasDesktop ? 'workstation' : 'server';
}
