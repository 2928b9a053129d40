import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { LIMITS, RmmError } from '@rmm/protocol';
import { checkManifest } from './check-manifest.js';
import type { Component } from './component-manifest.js';

/**
 * Reads a component from its manifest, a JSON file, and the script beside it.
 *
 * @throws RmmError `INVALID_INPUT` naming the file and what is wrong with it
 */
export async function loadComponent(path: string): Promise<Component> {
  const { script, scriptFile, ...manifest } = checkManifest(parse(path, await read(path)));
  if (scriptFile === undefined) return { ...manifest, script: script ?? '' };
  const file = join(dirname(path), scriptFile);
  // A link could lead out of the folder that the path stays in, to a device that never ends: looked at before it is opened.
  const folder = await realpath(dirname(path));
  const target = await realpath(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!target.startsWith(folder + sep)) throw invalid(`${file} lies outside of the component's folder`);
  const source = await read(target, file);
  if (Buffer.byteLength(source) > LIMITS.scriptBytes)
    throw invalid(`${file} is longer than ${LIMITS.scriptBytes} bytes`);
  if (source === '') throw invalid(`${file} is empty`);
  return { ...manifest, script: source };
}

async function read(path: string, name = path): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${path} is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function unreadable(path: string, error: unknown): RmmError {
  return invalid(`${path} cannot be read (${error instanceof Error ? error.message : String(error)})`);
}

function invalid(message: string): RmmError {
  return new RmmError('INVALID_INPUT', message);
}
