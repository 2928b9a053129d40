import { expect, test } from 'vitest';
import { parseApplications, parseSwVers } from './parse-macos.js';

// Composed after the documented formats; nothing here was recorded on macOS.

test('applications, without the system’s helpers', () => {
  const json = JSON.stringify({
    SPApplicationsDataType: [
      {
        _name: 'Firefox',
        version: '128.0',
        arch_kind: 'arch_arm_i64',
        lastModified: '2024-07-09T10:00:00Z',
        path: '/Applications/Firefox.app',
        signed_by: ['Developer ID Application: Mozilla Corporation (43AQ936H96)', 'Apple Root CA'],
      },
      { _name: 'Helper', version: '1', path: '/System/Library/CoreServices/Helper.app' },
      { _name: 'Odd', path: '/Applications/Odd.app', signed_by: 'x' },
      { version: '1' },
      null,
    ],
  });
  expect(parseApplications(json)).toEqual([
    {
      name: 'Firefox',
      version: '128.0',
      architecture: 'arm_i64',
      publisher: 'Mozilla Corporation',
      installedOn: '2024-07-09',
      source: 'macos',
    },
    { name: 'Odd', version: '', source: 'macos' },
  ]);
});

test.each(['', '{', '[]', 'null', '{"SPApplicationsDataType":3}'])('no applications in %j', (json) =>
  expect(parseApplications(json)).toEqual([]),
);

test('sw_vers', () => {
  const values = parseSwVers('ProductName:\t\tmacOS\nProductVersion:\t\t14.5\nBuildVersion:\t\t23F79\n');
  expect([...values]).toEqual([
    ['ProductName', 'macOS'],
    ['ProductVersion', '14.5'],
    ['BuildVersion', '23F79'],
  ]);
});
