import type { OperationContext } from '../operation/operation.js';
import type { ThingDef } from '../plugin/thing.js';
import { checkSettings, invalidSettings } from './check-settings.js';
import type { PolicySettings } from './policy-models.js';
import type { PolicyTypeDef } from './policy-type.js';

/**
 * Refuses settings that do not fit their type, or that name a thing which is not there for the actor: what is hidden and
 * what does not exist are told in the same words.
 * @throws RmmError `INVALID_INPUT` naming each field
 */
export async function checkNamedSettings(
  things: ReadonlyMap<string, ThingDef>,
  { data, access, names }: OperationContext,
  type: PolicyTypeDef,
  settings: PolicySettings,
): Promise<void> {
  checkSettings(type, settings);
  const named = type.names?.(settings) ?? [];
  const issues: { path: string; message: string }[] = [];
  for (const kind of new Set(named.map((one) => one.kind))) {
    const ofKind = named.filter((one) => one.kind === kind);
    const ids = [...new Set(ofKind.map(({ id }) => id))];
    const thing = things.get(kind);
    const visible = new Set(await thing?.visible(data, access, ids));
    for (const { id, path } of ofKind) {
      if (visible.has(id)) continue;
      issues.push({ path, message: `names no ${thing?.label ?? kind} that there is: "${id}"` });
    }
    names({ [kind]: ids });
  }
  if (issues.length > 0) throw invalidSettings(type, issues);
}
