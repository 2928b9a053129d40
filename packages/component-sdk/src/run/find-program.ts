import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The full path of a program, as a shell would find it: on Windows with the extensions of `PATHEXT`.
 *
 * @param environment - whose `PATH` is searched
 * @returns undefined when there is none that can be run
 */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const windows = platform === 'win32';
  const folders = (pathOf(environment, windows) ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const endings = windows ? ['', ...(environment.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';')] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isRunnable(path, windows)) return path;
    }
  }
  return undefined;
}

/** On Windows the variable may be spelled `Path`. */
function pathOf(environment: Readonly<Record<string, string | undefined>>, windows: boolean): string | undefined {
  if (!windows) return environment.PATH;
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH');
  return key === undefined ? undefined : environment[key];
}

function isRunnable(path: string, windows: boolean): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, windows ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
