// `npm run pack-check`: packs every package, installs the tarballs into an empty folder as a stranger would, imports each
// entry there, and compiles a program against the declarations with library checks on.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { publishedPackages, root } from './packages.js';

const packages = publishedPackages();
const specifiers = packages.flatMap(({ name, entries }) =>
  entries.map((entry) => (entry === 'index' ? `@rmm/${name}` : `@rmm/${name}/${entry}`)),
);

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function install(folder: string): void {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...packages.map(({ folder: path }) => path)], root);
  const files = readdirSync(tarballs).map((name) => `./tarballs/${name}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  // Native addons are compiled and used by the tests; loading the modules does not need them.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  run('npm', ['install', ...flags, ...files, `@types/node@${versionOf('@types/node')}`], folder);
}

function versionOf(dependency: string): string {
  const manifest = readFileSync(join(root, 'node_modules', dependency, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function importEach(folder: string): void {
  const program = specifiers
    .map(
      (specifier) =>
        `if (Object.keys(await import('${specifier}')).length === 0) throw new Error('${specifier} exports nothing');`,
    )
    .join('\n');
  writeFileSync(join(folder, 'import.js'), `${program}\nprocess.exit(0);\n`);
  run(process.execPath, ['import.js'], folder);
}

/** Problems of our declarations as a strict consumer meets them; other libraries' own are not ours to mend. */
function declarationProblems(folder: string): string[] {
  const file = join(folder, 'consumer.ts');
  writeFileSync(file, specifiers.map((specifier, i) => `export * as m${i} from '${specifier}';`).join('\n'));
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [join(folder, 'node_modules', '@types')],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file: at }) => !at || at.fileName === file || at.fileName.includes('/node_modules/@rmm/'))
    .map(({ file: at, messageText }) => `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

function missingPrograms(folder: string): string[] {
  return packages.flatMap(({ folder: path }) => {
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { bin?: Record<string, string> };
    return Object.keys(manifest.bin ?? {}).filter((name) => !existsSync(join(folder, 'node_modules', '.bin', name)));
  });
}

const folder = mkdtempSync(join(tmpdir(), 'rmm-pack-'));
try {
  install(folder);
  importEach(folder);
  const problems = [
    ...declarationProblems(folder),
    ...missingPrograms(folder).map((name) => `${name} is not runnable.`),
  ];
  for (const problem of problems) console.error(problem);
  console.log(`pack-check: ${packages.length} packages, ${specifiers.length} entries, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
