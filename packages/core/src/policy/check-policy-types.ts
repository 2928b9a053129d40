import { RmmError } from '@rmm/protocol';
import type { TSchema } from 'typebox';
import { Validator } from '../operation/validator.js';
import { POLICY_LEVELS, type PolicyTypeDef } from './policy-type.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MOST_NAME = 64;

/** What of a JSON Schema is looked at. */
interface Node {
  readonly type?: string;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly default?: unknown;
}

/** Refuses types whose settings could not be merged field by field. @throws RmmError `PLUGIN_INVALID` */
export function checkPolicyTypes(types: readonly PolicyTypeDef[]): void {
  for (const type of types) {
    const fault = faultOf(type);
    if (fault !== undefined) throw new RmmError('PLUGIN_INVALID', `The policy type "${type.name}": ${fault}`);
  }
}

function faultOf(type: PolicyTypeDef): string | undefined {
  const { name, label, levels = POLICY_LEVELS } = type;
  if (!NAME.test(name) || name.length > MOST_NAME) {
    return `its name must be of lower-case words joined by hyphens, as in "windows-update", of at most ${MOST_NAME} characters`;
  }
  if (label.trim() === '') return 'it needs a label';
  const strange = levels.find((level) => !POLICY_LEVELS.includes(level));
  if (levels.length === 0 || strange !== undefined) return `its levels must be some of ${POLICY_LEVELS.join(', ')}`;
  return settingsFault(type.settings as Node) ?? mergeFault(type) ?? compileFault(type.settings);
}

function settingsFault({ type, additionalProperties, required = [], properties = {} }: Node): string | undefined {
  if (type !== 'object' || additionalProperties !== false) {
    return 'its settings must be Type.Object({ … }, { additionalProperties: false })';
  }
  if (required.length > 0) {
    return `its field "${required[0]}" must be Type.Optional: a policy decides only what it sets`;
  }
  const decided = Object.entries(properties).find(([, field]) => field.default !== undefined);
  return decided && `its field "${decided[0]}" must have no default: every policy would decide it`;
}

function mergeFault({ settings, merge = {}, suspendable }: PolicyTypeDef): string | undefined {
  const fields = settings.properties as Readonly<Record<string, Node>>;
  const has = (field: string) => Object.hasOwn(fields, field);
  for (const [field, rule] of Object.entries(merge)) {
    if (!has(field)) return `merge names the field "${field}", which its settings do not have`;
    if (rule !== 'override' && rule !== 'collect') return `merge of "${field}" must be "override" or "collect"`;
    if (rule === 'collect' && fields[field]?.type !== 'array')
      return `the field "${field}" to collect must be an array`;
  }
  if (suspendable === undefined) return undefined;
  if (!has(suspendable) || fields[suspendable]?.type !== 'array') {
    return `the suspendable field "${suspendable}" must be an array among its settings`;
  }
  return undefined;
}

/** Unknown keywords and formats come to light here rather than at the first policy. */
function compileFault(settings: TSchema): string | undefined {
  try {
    new Validator().issues(settings, {});
    return undefined;
  } catch (error) {
    return `its settings are no valid schema: ${String(error)}`;
  }
}
