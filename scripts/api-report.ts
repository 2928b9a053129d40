// Writes api-report.md of each package (or of those named): its public surface, from the built declarations. The files are
// committed, so that a change of the surface shows up in review; a test compares them with a fresh extract.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, type IConfigFile } from '@microsoft/api-extractor';
import { isMain } from './is-main.js';
import { type PublishedPackage, publishedPackages, root } from './packages.js';

/**
 * Reads the declarations of all given packages at once, which is many times quicker than one by one.
 *
 * @returns the report of one of them: a section for each entry
 * @throws Error when an entry is not built, or its declarations cannot be read
 */
export function apiReporter(packages: readonly PublishedPackage[]): (pkg: PublishedPackage) => string {
  const files = packages.flatMap((pkg) => pkg.entries.map((entry) => declarationsOf(pkg, entry)));
  const [first] = packages;
  if (!first) throw new Error('There is no package to report on.');
  const state = CompilerState.create(prepare(first, files, tmpdir()), { additionalEntryPoints: files.slice(1) });
  return (pkg) => {
    const sections = pkg.entries.map((entry) => {
      const specifier = entry === 'index' ? `@rmm/${pkg.name}` : `@rmm/${pkg.name}/${entry}`;
      return `## ${specifier}\n\n${extract(pkg, declarationsOf(pkg, entry), state)}`;
    });
    return `# API of @rmm/${pkg.name}\n\nWritten by \`npm run api-report\`.\n\n${sections.join('\n')}\n`;
  };
}

export function apiReportFile(pkg: PublishedPackage): string {
  return join(pkg.folder, 'api-report.md');
}

function declarationsOf(pkg: PublishedPackage, entry: string): string {
  const file = join(pkg.folder, 'dist', `${entry}.d.ts`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first.`);
  return file;
}

function extract(pkg: PublishedPackage, declarations: string, compilerState: CompilerState): string {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-api-'));
  try {
    const problems: string[] = [];
    const result = Extractor.invoke(prepare(pkg, [declarations], folder), {
      localBuild: true,
      compilerState,
      messageCallback: (message) => {
        message.handled = true;
        if (message.logLevel === 'error') problems.push(message.formatMessageWithLocation(undefined));
      },
    });
    if (!result.succeeded) throw new Error(`${declarations}: ${problems.join('\n') || 'no report'}`);
    return codeBlock(readFileSync(join(folder, 'report.api.md'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare(pkg: PublishedPackage, files: readonly string[], folder: string): ExtractorConfig {
  const quiet = { default: { logLevel: 'none' } } as const;
  const configObject: IConfigFile = {
    projectFolder: pkg.folder,
    mainEntryPointFilePath: files[0],
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'ES2023',
          module: 'NodeNext',
          moduleResolution: 'NodeNext',
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: true,
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        },
        files,
      },
    },
    newlineKind: 'lf',
    apiReport: {
      enabled: true,
      reportFileName: 'report',
      reportFolder: folder,
      reportTempFolder: join(folder, 'temp'),
      includeForgottenExports: true,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: { compilerMessageReporting: quiet, extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
  } as IConfigFile;
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(pkg.folder, 'package.json'),
  });
}

/** The report's code block without the tool's own heading. */
function codeBlock(report: string): string {
  const start = report.indexOf('```ts');
  if (start < 0) throw new Error(`An API report without code: ${report.slice(0, 200)}`);
  return report.slice(start).replace(/\n\/\/ \(No @packageDocumentation[^\n]*\n/, '');
}

if (isMain(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const packages = publishedPackages().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const report = apiReporter(packages);
  for (const pkg of packages) writeFileSync(apiReportFile(pkg), report(pkg));
  console.log(`Wrote ${packages.length} reports.`);
}
