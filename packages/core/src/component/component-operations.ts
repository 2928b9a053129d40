import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { type Directory, directoryRef } from '../access/directory.js';
import type { Data } from '../data/data.js';
import { favouriteModel } from '../hierarchy/hierarchy-models.js';
import { isoTime } from '../hierarchy/iso-time.js';
import { notFound } from '../hierarchy/not-found.js';
import { cleanName } from '../hierarchy/unique-name.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Actor } from '../port/actor.js';
import { componentsContract } from './component-contract.js';
import { type ComponentRow, type ComponentVariable, componentModel } from './component-model.js';
import { assertScriptSize } from './script-size.js';
import { misfit } from './variable-values.js';

const DEFAULT_TIMEOUT_MS = 3_600_000;

/** A component that the actor may see: those above the user's security level do not exist for them (guide, chapter 14). */
export async function visibleComponent(
  data: Data,
  directory: Directory,
  actor: Actor,
  id: string,
): Promise<ComponentRow> {
  const component = await data.one(componentModel, { id });
  if (!component || component.securityLevel > (await directory.securityLevelOf(actor))) {
    throw notFound('component', id);
  }
  return component;
}

/** The component store of the System. */
export function componentOperations(context: PluginContext): readonly Operation[] {
  const directory = context.use(directoryRef);
  const one = ({ data, actor }: OperationContext, id: string) => visibleComponent(data, directory, actor, id);
  return implement('components', componentsContract, {
    list: async ({ data, actor }, { search, kind }) => {
      const level = await directory.securityLevelOf(actor);
      const rows = await data.find(componentModel, {
        match: kind ? { kind } : {},
        where: { field: 'securityLevel', op: 'lte', value: level },
        order: [{ field: 'name' }],
      });
      const favourites = await favouritesOf(data, actor);
      const wanted = search?.toLowerCase();
      const found = wanted
        ? rows.filter((row) => `${row.name}\n${row.category}\n${row.description}`.toLowerCase().includes(wanted))
        : rows;
      return { items: found.map((row) => view(row, favourites.has(row.id))) };
    },

    get: async (operation, { componentId }) => {
      const component = await one(operation, componentId);
      return view(component, (await favouritesOf(operation.data, operation.actor)).has(componentId));
    },

    create: (operation, input) => create(context, directory, operation, input),

    update: async (operation, { componentId, name, ...set }) => {
      const { data, now, emit, actor } = operation;
      if (set.script !== undefined) assertScriptSize(set.script, '/script');
      const before = await one(operation, componentId);
      if (set.securityLevel !== undefined) await assertLevel(directory, operation, set.securityLevel);
      const named = { ...before, ...set, ...(name !== undefined && { name: cleanName(name) }) };
      const changed = { ...named, variables: checkedVariables(set.variables ?? before.variables) };
      const grows =
        changed.script !== before.script ||
        changed.language !== before.language ||
        JSON.stringify(changed.variables) !== JSON.stringify(before.variables);
      const after: ComponentRow = { ...changed, version: before.version + (grows ? 1 : 0), updatedAt: now };
      await assertFree(data, after);
      await data.put(componentModel, after);
      emit('component.changed', { componentId, change: 'updated' });
      return view(after, (await favouritesOf(data, actor)).has(componentId));
    },

    favourite: async (operation, { componentId, favourite }) => {
      const component = await one(operation, componentId);
      const userId = userIdOf(operation.actor);
      const row = { userId, kind: 'component', targetId: componentId };
      if (favourite) await operation.data.put(favouriteModel, row);
      else await operation.data.remove(favouriteModel, row);
      return view(component, favourite);
    },

    remove: async (operation, { componentId }) => {
      await one(operation, componentId);
      await operation.data.remove(componentModel, { id: componentId });
      await operation.data.remove(favouriteModel, { kind: 'component', targetId: componentId });
      operation.emit('component.changed', { componentId, change: 'removed' });
      return {};
    },
  });
}

type NewComponent = Static<typeof componentsContract.create.input>;

async function create(context: PluginContext, directory: Directory, operation: OperationContext, input: NewComponent) {
  const { data, now, emit } = operation;
  assertScriptSize(input.script, '/script');
  const component: ComponentRow = {
    id: context.ids.next(),
    uid: input.uid ?? context.ids.next(),
    name: cleanName(input.name),
    kind: input.kind ?? 'script',
    category: input.category ?? '',
    description: input.description ?? '',
    language: input.language,
    script: input.script,
    securityLevel: input.securityLevel ?? 1,
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    variables: checkedVariables(input.variables ?? []),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await assertLevel(directory, operation, component.securityLevel);
  await assertFree(data, component);
  await data.insert(componentModel, component);
  emit('component.changed', { componentId: component.id, change: 'created' });
  return view(component, false);
}

function view(row: ComponentRow, favourite: boolean) {
  const { id, uid, name, kind, category, description, language, script, securityLevel, timeoutMs, version } = row;
  const times = { createdAt: isoTime(row.createdAt), updatedAt: isoTime(row.updatedAt) };
  const { variables } = row;
  return {
    id,
    uid,
    name,
    kind,
    category,
    description,
    language,
    script,
    securityLevel,
    timeoutMs,
    variables,
    favourite,
    version,
    ...times,
  };
}

const userIdOf = (actor: Actor): string => (actor.kind === 'user' ? actor.userId : 'host');

async function favouritesOf(data: Data, actor: Actor): Promise<ReadonlySet<string>> {
  const rows = await data.find(favouriteModel, { match: { userId: userIdOf(actor), kind: 'component' } });
  return new Set(rows.map(({ targetId }) => targetId));
}

async function assertLevel(directory: Directory, { actor }: OperationContext, level: number): Promise<void> {
  const own = await directory.securityLevelOf(actor);
  if (level > own)
    throw new RmmError(
      'FORBIDDEN',
      `securityLevel ${level} is above your own, ${own}; you would not see the component any more`,
    );
}

async function assertFree(data: Data, component: ComponentRow): Promise<void> {
  for (const field of ['name', 'uid'] as const) {
    const rival = await data.one(componentModel, { [field]: component[field] });
    if (rival && rival.id !== component.id) {
      throw new RmmError(
        'CONFLICT',
        `There is already a component with the ${field} “${component[field]}”; choose another`,
      );
    }
  }
}

function checkedVariables(variables: ComponentVariable[]): ComponentVariable[] {
  const names = new Set<string>();
  for (const variable of variables) {
    const { name, type, choices, default: initial } = variable;
    if (names.has(name)) throw new RmmError('INVALID_INPUT', `variables: the name ${name} is used twice`);
    names.add(name);
    if (type === 'choice' && !choices)
      throw new RmmError('INVALID_INPUT', `variables: ${name} is a choice; give its choices`);
    if (initial === undefined) continue;
    // Everyone who sees the component would see it.
    if (type === 'secret')
      throw new RmmError('INVALID_INPUT', `variables: ${name} is a secret; it cannot have a default`);
    const wanted = misfit(variable, initial);
    if (wanted !== undefined)
      throw new RmmError('INVALID_INPUT', `variables: the default of ${name} must be ${wanted}`);
  }
  return variables;
}
