import { outputOf } from '../collector.js';

/** What PowerShell tells in one go: each start of it takes a second. */
export interface WindowsFacts {
  readonly caption?: string | undefined;
  readonly version?: string | undefined;
  readonly build?: string | undefined;
  readonly servicePack?: number | undefined;
  /** 1 workstation, 2 domain controller, 3 server. */
  readonly productType?: number | undefined;
  readonly domain?: string | undefined;
  readonly chassis?: readonly number[] | undefined;
  readonly hasBattery?: boolean | undefined;
  readonly antivirus?: readonly { readonly name: string; readonly state: number }[] | undefined;
  /** Firewall profiles that are on, and how many there are. */
  readonly firewall?: { readonly on: number; readonly all: number } | undefined;
}

const SCRIPT = `
$ErrorActionPreference = 'SilentlyContinue'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
$os = Get-CimInstance Win32_OperatingSystem
$cs = Get-CimInstance Win32_ComputerSystem
$av = @(Get-CimInstance -Namespace root/SecurityCenter2 AntiVirusProduct | ForEach-Object { @{ name = $_.displayName; state = [int64]$_.productState } })
if (-not $av) { $mp = Get-MpComputerStatus; if ($mp) { $av = @(@{ name = 'Microsoft Defender Antivirus'; state = $(if ($mp.AntivirusEnabled) { 0x1000 } else { 0 }) + $(if ($mp.DefenderSignaturesOutOfDate) { 0x10 } else { 0 }) }) } }
$fw = @(Get-NetFirewallProfile)
@{
  caption = $os.Caption; version = $os.Version; build = $os.BuildNumber; servicePack = $os.ServicePackMajorVersion; productType = $os.ProductType
  domain = $(if ($cs.PartOfDomain) { $cs.Domain } else { $null })
  chassis = @((Get-CimInstance Win32_SystemEnclosure).ChassisTypes)
  hasBattery = [bool](Get-CimInstance Win32_Battery)
  antivirus = $av
  firewall = @{ on = @($fw | Where-Object { $_.Enabled }).Count; all = $fw.Count }
} | ConvertTo-Json -Compress -Depth 4
`;

let facts: Promise<WindowsFacts> | undefined;

/** Asked once an audit. */
export function windowsFacts(): Promise<WindowsFacts> {
  facts ??= outputOf('powershell', ['-NoProfile', '-NonInteractive', '-Command', SCRIPT], 60_000).then(
    parseWindowsFacts,
  );
  return facts;
}

/** Only what has the expected shape; everything else is as good as unknown. */
export function parseWindowsFacts(json: string): WindowsFacts {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { caption, version, build, servicePack, productType, domain, chassis, hasBattery, antivirus, firewall } =
    value as Partial<Record<string, unknown>>;
  const text = (item: unknown) => (typeof item === 'string' ? item : undefined);
  const number = (item: unknown) => (typeof item === 'number' ? item : undefined);
  return {
    caption: text(caption),
    version: text(version),
    build: text(build),
    servicePack: number(servicePack),
    productType: number(productType),
    domain: text(domain),
    chassis: listOf(chassis).filter((item) => typeof item === 'number'),
    hasBattery: hasBattery === true,
    antivirus: listOf(antivirus).flatMap((item) => productOf(item) ?? []),
    firewall: profilesOf(firewall),
  };
}

/** PowerShell writes a list of one as the one. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function productOf(value: unknown): { name: string; state: number } | undefined {
  const { name, state } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof name === 'string' && typeof state === 'number' ? { name, state } : undefined;
}

function profilesOf(value: unknown): { on: number; all: number } | undefined {
  const { on, all } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof on === 'number' && typeof all === 'number' && all > 0 ? { on, all } : undefined;
}
