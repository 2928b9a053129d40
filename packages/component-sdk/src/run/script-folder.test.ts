import { expect, test } from 'vitest';
import { scriptBytes } from './script-folder.js';

test('Windows’ interpreters get their line ends and a mark where the text is not ASCII', () => {
  expect(scriptBytes('batch', 'a\nb\r\nc', 'win32').toString()).toBe('a\r\nb\r\nc');
  expect(scriptBytes('vbscript', 'x = "a"', 'win32').toString()).toBe('x = "a"');
  expect(scriptBytes('vbscript', 'x = "é"', 'win32').subarray(0, 4)).toEqual(Buffer.from([0xff, 0xfe, 0x78, 0]));
  expect(scriptBytes('powershell', '"é"').subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
});

test('others get exactly what was written', () => {
  expect(scriptBytes('shell', 'echo é\r\n').toString()).toBe('echo é\r\n');
  expect(scriptBytes('python', 'print(1)\n').toString()).toBe('print(1)\n');
});
