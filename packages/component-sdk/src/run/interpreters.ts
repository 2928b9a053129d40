import { basename } from 'node:path';
import { type Language, RmmError } from '@rmm/protocol';
import { findProgram } from './find-program.js';

/** How the scripts of one language are run. */
interface Interpreter {
  /** Programs that will do, best first. */
  readonly programs: readonly string[];
  /** Arguments before the script's file. */
  readonly args: readonly string[];
  /** Ending of the script's file; Windows interpreters go by it. */
  readonly ending: string;
}

const POWERSHELL_ARGS = ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'];

const EVERYWHERE: Readonly<Record<Language, Interpreter>> = {
  shell: { programs: ['sh'], args: [], ending: '.sh' },
  bash: { programs: ['bash'], args: [], ending: '.sh' },
  python: { programs: ['python3', 'python'], args: [], ending: '.py' },
  ruby: { programs: ['ruby'], args: [], ending: '.rb' },
  groovy: { programs: ['groovy'], args: [], ending: '.groovy' },
  javascript: { programs: ['node'], args: [], ending: '.mjs' },
  powershell: { programs: ['pwsh'], args: POWERSHELL_ARGS, ending: '.ps1' },
  // Windows' own languages run elsewhere too where someone put the interpreter (Wine) on the PATH.
  batch: { programs: ['cmd'], args: ['/d', '/c'], ending: '.bat' },
  vbscript: { programs: ['cscript'], args: ['//nologo'], ending: '.vbs' },
  jscript: { programs: ['cscript'], args: ['//nologo'], ending: '.js' },
};

const ON_WINDOWS: Partial<Readonly<Record<Language, Interpreter>>> = {
  python: { programs: ['python', 'py', 'python3'], args: [], ending: '.py' },
  powershell: { programs: ['powershell', 'pwsh'], args: POWERSHELL_ARGS, ending: '.ps1' },
};

/** What to spawn for a script. */
export interface Invocation {
  readonly program: string;
  /** Arguments with the script's file name last; the file is named relative to the working folder. */
  readonly args: readonly string[];
  readonly fileName: string;
}

/**
 * Chooses the interpreter of a language on this device.
 *
 * The script's file is named relative to its folder: Wine's `cscript` takes `/tmp/x.vbs` for an option.
 *
 * @throws RmmError `INTERPRETER_MISSING`
 */
export function chooseInterpreter(
  language: Language,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Invocation {
  const { programs, args, ending } = (platform === 'win32' && ON_WINDOWS[language]) || EVERYWHERE[language];
  const fileName = `script${ending}`;
  for (const name of programs) {
    const program = findProgram(name, environment, platform);
    if (program !== undefined) return throughShell(program, [...args, fileName], fileName, platform);
  }
  if (language === 'javascript' && /^node(\.exe)?$/i.test(basename(process.execPath))) {
    return { program: process.execPath, args: [fileName], fileName };
  }
  throw new RmmError(
    'INTERPRETER_MISSING',
    `No interpreter for ${language} on this device: install ${programs.join(' or ')} and put it on the agent's PATH`,
    { details: { language, programs } },
  );
}

/** A `.cmd` or `.bat` wrapper (groovy's, for one) is not a program to Windows; `cmd` has to run it. */
function throughShell(
  program: string,
  args: readonly string[],
  fileName: string,
  platform: NodeJS.Platform,
): Invocation {
  if (platform === 'win32' && /\.(cmd|bat)$/i.test(program)) {
    return { program: process.env.ComSpec ?? 'cmd.exe', args: ['/d', '/c', program, ...args], fileName };
  }
  return { program, args, fileName };
}
