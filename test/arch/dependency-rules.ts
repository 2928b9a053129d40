import type { ICruiseOptions, IRegularForbiddenRuleType } from 'dependency-cruiser';

/** Imports point only to a lower floor. A new package must be given one here. */
export const FLOORS: readonly (readonly string[])[] = [
  ['protocol'],
  ['core', 'component-sdk'],
  ['client', 'agent-runtime', 'adapters-sql'],
  [
    'adapters-sqlite',
    'adapters-postgres',
    'adapters-websocket',
    'adapters-http',
    'adapters-better-auth',
    'adapters-console',
  ],
  ['conformance'],
];

const AGENT_SIDE = ['component-sdk', 'agent-runtime'];
const SERVER_SIDE = FLOORS.flat().filter((name) => ![...AGENT_SIDE, 'protocol'].includes(name));
const TEST_FILE = '\\.test\\.tsx?$';
/** Tests, and what only they use. `core/src/testing` is not among it: hosts import it. */
const SUPPORT = ['/test-support/', '^packages/(?!core/)[^/]+/src/testing/'];
const TEST = [TEST_FILE, ...SUPPORT];

function sources(packages: readonly string[]): string {
  return `^packages/(?:${packages.join('|')})/src/`;
}

/** From a package of one floor: none of its own floor or above but itself. */
function floorRules(): IRegularForbiddenRuleType[] {
  return FLOORS.flatMap((packages, floor) => {
    const reachable = FLOORS.slice(floor).flat();
    return packages.map((name) => ({
      name: `floor-of-${name}`,
      severity: 'error' as const,
      from: { path: sources([name]), pathNot: TEST },
      to: { path: sources(reachable.filter((other) => other !== name)) },
    }));
  });
}

function forbid(
  name: string,
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType {
  return { name, severity: 'error', from, to };
}

export const FORBIDDEN: readonly IRegularForbiddenRuleType[] = [
  ...floorRules(),
  forbid('no-cycle', {}, { circular: true }),
  forbid('resolvable', {}, { couldNotResolve: true }),
  forbid('agent-apart-from-server', { path: sources(AGENT_SIDE), pathNot: TEST }, { path: sources(SERVER_SIDE) }),
  forbid('server-apart-from-agent', { path: sources(SERVER_SIDE), pathNot: TEST }, { path: sources(AGENT_SIDE) }),
  forbid(
    'adapters-see-only-ports',
    { path: '^packages/adapters-[^/]+/src/', pathNot: TEST },
    { path: sources(['core']), pathNot: '^packages/core/src/ports\\.ts$' },
  ),
  forbid(
    'console-sees-only-client',
    { path: sources(['adapters-console']), pathNot: TEST },
    { path: '^packages/', pathNot: '^packages/(?:adapters-console|client)/' },
  ),
  forbid(
    'packages-by-name',
    { path: '^packages/([^/]+)/' },
    { path: '^packages/', pathNot: '^packages/$1/', dependencyTypesNot: ['aliased'] },
  ),
  forbid('examples-by-name', { path: '^examples/' }, { path: '^packages/', dependencyTypesNot: ['aliased'] }),
  forbid(
    'support-only-in-tests',
    { path: '^(?:packages|examples)/', pathNot: TEST },
    { path: '^(?:test|scripts|bench)/' },
  ),
  forbid('no-test-support-in-production', { path: '^(?:packages|examples)/', pathNot: TEST }, { path: SUPPORT }),
  forbid('no-test-as-module', {}, { path: TEST_FILE }),
  forbid(
    'no-barrel-inside-a-package',
    { path: '^packages/([^/]+)/src/' },
    { path: ['^packages/$1/src/index\\.ts$', '^packages/$1/src/.+/index\\.ts$'] },
  ),
];

export const CRUISE_OPTIONS: ICruiseOptions = {
  ruleSet: { forbidden: [...FORBIDDEN] },
  validate: true,
  doNotFollow: { path: ['node_modules', '/dist/'] },
  exclude: { path: ['/node_modules/.*/node_modules/'] },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'types', 'node', 'default'],
  },
};
