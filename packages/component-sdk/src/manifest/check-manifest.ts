import { type InputIssue, LIMITS, RmmError } from '@rmm/protocol';
import { Check, Errors } from 'typebox/value';
import { ComponentManifest, type ComponentVariable } from './component-manifest.js';
import { valueProblem } from './variable-value.js';

/** What may be left out of a manifest, and what stands in for it. */
const DEFAULTS = {
  kind: 'script',
  category: '',
  description: '',
  securityLevel: 1,
  timeoutMs: 3_600_000,
  variables: [],
  platforms: ['linux', 'windows', 'macos'],
};

/**
 * Checks a manifest and fills in what was left out.
 *
 * @throws RmmError `INVALID_INPUT`; `details.issues` names each field and what is expected there
 */
export function checkManifest(value: unknown): ComponentManifest {
  const manifest: unknown = typeof value === 'object' && value !== null ? { ...DEFAULTS, ...value } : value;
  if (!isManifest(manifest)) throw invalid(schemaIssues(manifest));
  const issues = [
    ...scriptIssues(manifest),
    ...manifest.variables.flatMap(variableIssues),
    ...repeated(manifest.variables),
  ];
  if (issues.length > 0) throw invalid(issues);
  return manifest;
}

function isManifest(value: unknown): value is ComponentManifest {
  return Check(ComponentManifest, value);
}

function schemaIssues(value: unknown): InputIssue[] {
  const issues = new Map<string, InputIssue>();
  for (const { keyword, instancePath, message, params } of Errors(ComponentManifest, value)) {
    if (keyword === 'boolean') continue;
    const unknown = keyword === 'additionalProperties' && Object.values(params).flat().join(', ');
    const text = unknown
      ? `has unknown fields: ${unknown}`
      : keyword === 'anyOf' || keyword === 'const'
        ? `must be one of ${allowedAt(instancePath).join(', ')}`
        : message;
    if (!issues.has(instancePath)) issues.set(instancePath, { path: instancePath, message: text });
  }
  return [...issues.values()];
}

/** The manifest's schema as plain JSON Schema. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}
const MANIFEST: SchemaNode = JSON.parse(JSON.stringify(ComponentManifest));

/** The values that the schema allows at a place: a union's branches each name but their own. */
function allowedAt(path: string): unknown[] {
  let schema: SchemaNode | undefined = MANIFEST;
  for (const part of path.split('/').slice(1)) schema = /^\d+$/.test(part) ? schema?.items : schema?.properties?.[part];
  return (schema?.anyOf ?? []).map((branch) => branch.const);
}

function scriptIssues({ script, scriptFile }: ComponentManifest): InputIssue[] {
  if ((script === undefined) === (scriptFile === undefined)) {
    return [{ path: '', message: 'must have either script or scriptFile' }];
  }
  if (script !== undefined && Buffer.byteLength(script) > LIMITS.scriptBytes) {
    return [{ path: '/script', message: `must not be longer than ${LIMITS.scriptBytes} bytes` }];
  }
  // A component from elsewhere must not take files that are not its own.
  if (scriptFile !== undefined && !/^(?!\/|[A-Za-z]:)(?!.*(^|[/\\])\.\.([/\\]|$))[^\\\0]+$/.test(scriptFile)) {
    return [{ path: '/scriptFile', message: 'must be a relative path below the manifest, with / between folders' }];
  }
  return [];
}

function variableIssues(variable: ComponentVariable, index: number): InputIssue[] {
  const path = `/variables/${index}`;
  if (variable.type === 'choice' && variable.choices === undefined) {
    return [{ path: `${path}/choices`, message: 'is needed for a choice' }];
  }
  if (variable.type !== 'choice' && variable.choices !== undefined) {
    return [{ path: `${path}/choices`, message: `belongs to a choice, not to a ${variable.type}` }];
  }
  const problem = variable.default === undefined ? undefined : valueProblem(variable, variable.default);
  return problem === undefined ? [] : [{ path: `${path}/default`, message: problem }];
}

function repeated(variables: readonly ComponentVariable[]): InputIssue[] {
  // Windows tells no case in the names of environment variables.
  const names = variables.map(({ name }) => name.toUpperCase());
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: `/variables/${index}/name`, message: 'is already the name of another variable' }],
  );
}

function invalid(issues: readonly InputIssue[]): RmmError {
  const text = issues.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
  return new RmmError('INVALID_INPUT', `The component's manifest is not right: ${text}`, { details: { issues } });
}
