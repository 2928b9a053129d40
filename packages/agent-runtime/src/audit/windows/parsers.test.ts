import { describe, expect, test } from 'vitest';
import { parseRegistry, parseUninstallKeys } from './parse-uninstall-keys.js';
import { windowsSecurity, windowsSystem } from './windows-collectors.js';
import { parseWindowsFacts } from './windows-facts.js';

// All outputs here are composed after the documented formats; none was recorded on Windows.

const ROOT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const REG = [
  '',
  `${ROOT}\\7-Zip`,
  '    DisplayName    REG_SZ    7-Zip 24.07 (x64)',
  '    DisplayVersion    REG_SZ    24.07',
  '    Publisher    REG_SZ    Igor Pavlov',
  '    EstimatedSize    REG_DWORD    0x1640',
  '    InstallDate    REG_SZ    20240715',
  '    UninstallString    REG_EXPAND_SZ    "C:\\Program Files\\7-Zip\\Uninstall.exe"',
  '',
  `${ROOT}\\{A}`,
  '    DisplayName    REG_SZ    Hidden component',
  '    SystemComponent    REG_DWORD    0x1',
  '',
  `${ROOT}\\{B}`,
  '    DisplayName    REG_SZ    Update of something',
  '    ParentKeyName    REG_SZ    Something',
  '',
  `${ROOT}\\{C}`,
  '    DisplayName    REG_SZ    Security Update for X',
  '    ReleaseType    REG_SZ    Security Update',
  '',
  `${ROOT}\\{D}`,
  '    InstallLocation    REG_SZ    C:\\x',
  '',
  `${ROOT}\\{E}`,
  '    DisplayName    REG_SZ    Bare    name',
  '',
].join('\r\n');

describe('the registry', () => {
  test('gives the programs that can be uninstalled', () => {
    expect(parseUninstallKeys(REG, 'x64')).toEqual([
      {
        name: '7-Zip 24.07 (x64)',
        version: '24.07',
        architecture: 'x64',
        publisher: 'Igor Pavlov',
        installedOn: '2024-07-15',
        sizeBytes: 0x1640 * 1024,
        source: 'windows',
      },
      { name: 'Bare    name', version: '', architecture: 'x64', source: 'windows' },
    ]);
    expect(parseUninstallKeys('', 'x64')).toEqual([]);
  });

  test('keeps values with spaces whole', () => {
    expect(parseRegistry(REG).get(`${ROOT}\\7-Zip`)?.get('UninstallString')).toBe(
      '"C:\\Program Files\\7-Zip\\Uninstall.exe"',
    );
  });
});

const FACTS = {
  caption: 'Microsoft Windows 11 Pro',
  version: '10.0.22631',
  build: '22631',
  servicePack: 0,
  productType: 1,
  domain: 'corp.example.com',
  chassis: [10],
  hasBattery: true,
  antivirus: { name: 'Windows Defender', state: 397568 },
  firewall: { on: 3, all: 3 },
};

describe('PowerShell’s facts', () => {
  const facts = parseWindowsFacts(JSON.stringify(FACTS));

  test('describe the system', () => {
    expect(windowsSystem(facts, { user: '.\\ana', machineId: 'guid' })).toMatchObject({
      platform: 'windows',
      osName: 'Microsoft Windows 11 Pro',
      osVersion: '10.0.22631',
      osBuild: '22631',
      domain: 'corp.example.com',
      deviceType: 'laptop',
      lastUser: 'ana',
      machineId: 'guid',
    });
    expect(windowsSystem({ ...facts, productType: 3, chassis: [3] }, { user: '', machineId: '' }).deviceType).toBe(
      'server',
    );
  });

  test('describe the protection: 397568 is on and up to date, 397584 on and outdated, 393472 off', () => {
    const state = (number: number) => windowsSecurity({ antivirus: [{ name: 'X', state: number }] }, '').antivirus[0];
    expect(state(397568)).toEqual({ product: 'X', enabled: true, updated: true });
    expect(state(397584)).toEqual({ product: 'X', enabled: true, updated: false });
    expect(state(393472)).toEqual({ product: 'X', enabled: false, updated: true });
    expect(windowsSecurity(facts, '0x1')).toMatchObject({
      firewall: [{ product: 'Windows Defender Firewall', enabled: true }],
      updates: { product: 'Windows Update', enabled: false },
    });
    expect(windowsSecurity({ firewall: { on: 2, all: 3 } }, '').firewall[0]?.enabled).toBe(false);
  });

  test.each(['', 'null', '[]', '"x"', '{"antivirus":[{"name":1}],"chassis":"x","firewall":{"on":"1"}}'])(
    'are merely missing from %j',
    (json) => {
      const empty = parseWindowsFacts(json);
      expect(windowsSystem(empty, { user: '', machineId: '' }).osName).toBe('Windows');
      expect(windowsSecurity(empty, '')).toMatchObject({ antivirus: [], firewall: [] });
    },
  );
});
