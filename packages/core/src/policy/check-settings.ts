import { type InputIssue, RmmError } from '@rmm/protocol';
import { Validator } from '../operation/validator.js';
import type { PolicySettings } from './policy-models.js';
import type { PolicyTypeDef } from './policy-type.js';

const validator = new Validator();
/** So many faults does a message name, and so many do the details hold. */
const MOST_NAMED = 5;
const MOST_ISSUES = 100;
/** Deeper values would not pass everything that settings pass on their way to the devices. */
const MOST_DEPTH = 32;
/** Of the settings as JSON, characters. The settings of all policies of a device travel in one frame. */
const MOST_SETTINGS_TEXT = 512 * 1024;
/** Of the several forms that a value may have; what is wrong with it is told besides. */
const GENERAL = new Set(['must match a schema in anyOf', 'must match "then" schema']);

/** Refuses settings that do not fit their type, naming each field. @throws RmmError `INVALID_INPUT` */
export function checkSettings(type: PolicyTypeDef, settings: PolicySettings): void {
  const unfit = unfitness(settings);
  if (unfit !== undefined) throw invalidSettings(type, [{ path: '', message: unfit }]);
  const found = validator.issues(type.settings, settings);
  const telling = found.filter(({ message }) => !GENERAL.has(message));
  const issues = [...(telling.length > 0 ? telling : found), ...repeatedIds(type, settings)];
  if (issues.length > 0) throw invalidSettings(type, issues);
}

export function invalidSettings(type: PolicyTypeDef, issues: readonly InputIssue[]): RmmError {
  const named = issues.slice(0, MOST_NAMED).map(({ path, message }) => `settings${spoken(path)} ${message}`);
  const more = issues.length > MOST_NAMED ? `; and ${issues.length - MOST_NAMED} more` : '';
  const told = issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({ path: `/settings${path}`, message }));
  return new RmmError('INVALID_INPUT', `${type.label}: ${named.join('; ')}${more}`, { details: { issues: told } });
}

/** What keeps settings of any type from being brought to devices. */
function unfitness(settings: PolicySettings): string | undefined {
  if (isDeeper(settings, MOST_DEPTH)) return `must not be nested more than ${MOST_DEPTH} deep`;
  const size = JSON.stringify(settings).length;
  if (size <= MOST_SETTINGS_TEXT) return undefined;
  const [most, found] = [MOST_SETTINGS_TEXT, size].map((characters) => `${Math.ceil(characters / 1024)} KiB`);
  return `must be at most ${most} as JSON, and are ${found}; shorten them, or make several policies`;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** Items are collected by their id: of two in one policy only the first would count. */
function repeatedIds({ merge = {} }: PolicyTypeDef, settings: PolicySettings): readonly InputIssue[] {
  return Object.entries(settings).flatMap(([field, value]) => {
    if (merge[field] !== 'collect' || !Array.isArray(value)) return [];
    const first = new Map<unknown, number>();
    return value.flatMap((item: unknown, at) => {
      const id = typeof item === 'object' && item && 'id' in item ? item.id : undefined;
      const before = first.get(id);
      if (id === undefined || before === undefined) {
        first.set(id, at);
        return [];
      }
      return [{ path: `/${field}/${at}/id`, message: `is the same as that of ${field}[${before}]` }];
    });
  });
}

/** `/monitors/2/alert` → `.monitors[2].alert` */
const spoken = (path: string): string =>
  path
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
