import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANGUAGES } from '@rmm/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProgram } from './find-program.js';
import { chooseInterpreter } from './interpreters.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-interpreters-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

test('a program is an executable file on the PATH', () => {
  put('plain', 0o644);
  mkdirSync(join(folder, 'folder'));
  const path = put('tool');
  const environment = { PATH: `relative:${folder}` };
  expect(findProgram('tool', environment, 'linux')).toBe(path);
  expect(findProgram('plain', environment, 'linux')).toBe(undefined);
  expect(findProgram('folder', environment, 'linux')).toBe(undefined);
  expect(findProgram('tool', {}, 'linux')).toBe(undefined);
});

test('on Windows the ending may be left out, and the variable be spelled Path', () => {
  const path = put('python.EXE', 0o644);
  expect(findProgram('python', { Path: folder, PATHEXT: '.COM;.EXE' }, 'win32')).toBe(path);
});

test.each(LANGUAGES)('%s without an interpreter is told, naming what to install', (language) => {
  if (language === 'javascript') return;
  expect(() => chooseInterpreter(language, { PATH: folder }, 'linux')).toThrow(
    expect.objectContaining({ code: 'INTERPRETER_MISSING', message: expect.stringContaining(language) }),
  );
});

test('JavaScript needs none besides the agent’s own Node', () => {
  expect(chooseInterpreter('javascript', { PATH: folder }, 'linux').program).toBe(process.execPath);
});

test('the first interpreter that is there is taken, with the file named last', () => {
  const python = put('python');
  expect(chooseInterpreter('python', { PATH: folder }, 'linux').program).toBe(python);
  const python3 = put('python3');
  expect(chooseInterpreter('python', { PATH: folder }, 'linux')).toEqual({
    program: python3,
    args: ['script.py'],
    fileName: 'script.py',
  });
});

test('PowerShell runs unattended', () => {
  put('pwsh');
  const { args } = chooseInterpreter('powershell', { PATH: folder }, 'linux');
  expect(args.slice(-2)).toEqual(['-File', 'script.ps1']);
  expect(args).toContain('-NonInteractive');
});

test('a batch wrapper is run by cmd on Windows', () => {
  const path = put('groovy.bat', 0o644);
  const { args } = chooseInterpreter('groovy', { PATH: folder, PATHEXT: '.bat' }, 'win32');
  expect(args).toEqual(['/d', '/c', path, 'script.groovy']);
});
