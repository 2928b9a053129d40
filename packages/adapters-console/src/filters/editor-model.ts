import type { Field, FilterNode } from '@rmm/client';
import { type ConditionId, conditionsOf, termKind, termProblem } from './conditions.js';

type Criterion = Extract<FilterNode, { field: string }>;
export type GroupMode = 'all' | 'any' | 'none';

/** A line of the editor. It may be half filled in, unlike a criterion. */
export interface EditorLine {
  readonly id: string;
  readonly field: string;
  readonly condition: ConditionId | '';
  readonly term: string;
  readonly scheme?: NonNullable<Criterion['scheme']>;
}

export interface EditorGroup {
  readonly id: string;
  readonly mode: GroupMode;
  /** All its lines are about one and the same record of this list, such as one software package. */
  readonly list: string | undefined;
  readonly nodes: readonly EditorNode[];
}

export type EditorNode = EditorLine | EditorGroup;

let lastId = 0;
const newId = () => `n${++lastId}`;

export const isGroup = (node: EditorNode): node is EditorGroup => 'nodes' in node;

/** A line that is still to be filled in; about a field, it begins with the field's first condition. */
export function newLine(field?: Field): EditorLine {
  return { id: newId(), field: field?.id ?? '', condition: (field && conditionsOf(field)[0]) ?? '', term: '' };
}

export function newGroup(mode: GroupMode = 'any', list?: string): EditorGroup {
  return { id: newId(), mode, list, nodes: [newLine()] };
}

/** A stored filter for editing; the outermost node is always a group. */
export function fromFilter(filter: FilterNode): EditorGroup {
  const node = fromNode(filter);
  return isGroup(node) && node.list === undefined ? node : { id: newId(), mode: 'all', list: undefined, nodes: [node] };
}

function fromNode(node: FilterNode): EditorNode {
  if ('field' in node) {
    const { field, condition, term, scheme } = node;
    return { id: newId(), field, condition, term: term === undefined ? '' : String(term), ...(scheme && { scheme }) };
  }
  const list = 'some' in node ? node.some : undefined;
  const [mode, nodes] =
    'all' in node
      ? (['all', node.all] as const)
      : 'any' in node
        ? (['any', node.any] as const)
        : (['none', node.none] as const);
  return { id: newId(), mode, list, nodes: nodes.map(fromNode) };
}

export interface Compiled {
  /** The filter made of the lines that are filled in. */
  readonly filter: FilterNode;
  /** What is wrong with the others, by the line's id. */
  readonly problems: ReadonlyMap<string, string>;
}

/** The filter that the editor's content stands for. Lines that are not complete, and groups without lines, are left out. */
export function toFilter(root: EditorGroup, fields: ReadonlyMap<string, Field>): Compiled {
  const problems = new Map<string, string>();
  const filter = groupNode(root, fields, problems) ?? { all: [] };
  return { filter, problems };
}

function groupNode(
  { mode, list, nodes }: EditorGroup,
  fields: ReadonlyMap<string, Field>,
  problems: Map<string, string>,
): FilterNode | undefined {
  const made = nodes.flatMap(
    (node) => (isGroup(node) ? groupNode(node, fields, problems) : lineNode(node, fields, problems)) ?? [],
  );
  if (made.length === 0) return undefined;
  const group = mode === 'all' ? { all: made } : mode === 'any' ? { any: made } : { none: made };
  return list === undefined ? group : { some: list, ...group };
}

function lineNode(
  { id, field, condition, term, scheme }: EditorLine,
  fields: ReadonlyMap<string, Field>,
  problems: Map<string, string>,
): FilterNode | undefined {
  if (field === '' || condition === '') {
    problems.set(id, field === '' ? 'Choose a field.' : 'Choose a condition.');
    return undefined;
  }
  const kind = termKind(fields.get(field)?.type, condition);
  const problem = termProblem(kind, term);
  if (problem) {
    problems.set(id, problem);
    return undefined;
  }
  if (kind === 'none') return { field, condition };
  const value = kind === 'number' || kind === 'days' ? Number(term) : term.trim();
  return { field, condition, term: value, ...(scheme && { scheme }) };
}

/** The line with another field: condition and term stay where they suit it. */
export function withField(line: EditorLine, field: Field, before: Field | undefined): EditorLine {
  const conditions = conditionsOf(field);
  const condition = conditions.find((one) => one === line.condition) ?? conditions[0] ?? '';
  const same =
    termKind(before?.type, line.condition) === termKind(field.type, condition) && before?.type === field.type;
  return { id: line.id, field: field.id, condition, term: same ? line.term : '' };
}

/** The line with another condition: the term stays where it is of the same kind. */
export function withCondition(line: EditorLine, condition: ConditionId, field: Field | undefined): EditorLine {
  const same = termKind(field?.type, line.condition) === termKind(field?.type, condition);
  return { ...line, condition, term: same ? line.term : '' };
}

/** The tree with one node in another's place; `undefined` takes it out. */
export function replaceNode(
  root: EditorGroup,
  id: string,
  change: (node: EditorNode) => EditorNode | undefined,
): EditorGroup {
  if (root.id === id) {
    const changed = change(root);
    return changed && isGroup(changed) ? changed : root;
  }
  const nodes = root.nodes.flatMap((node): readonly EditorNode[] => {
    if (node.id === id) return [change(node) ?? []].flat();
    return [isGroup(node) ? replaceNode(node, id, change) : node];
  });
  return { ...root, nodes };
}

/** The tree with a node added: at the end of a group, or right after one of the group's nodes. */
export function addNode(root: EditorGroup, groupId: string, node: EditorNode, afterId?: string): EditorGroup {
  return replaceNode(root, groupId, (group) => {
    if (!isGroup(group)) return group;
    const at = afterId === undefined ? -1 : group.nodes.findIndex(({ id }) => id === afterId);
    const nodes = [...group.nodes];
    nodes.splice(at < 0 ? nodes.length : at + 1, 0, node);
    return { ...group, nodes };
  });
}

/** How many lines the tree holds. */
export function countLines(group: EditorGroup): number {
  return group.nodes.reduce((sum, node) => sum + (isGroup(node) ? countLines(node) : 1), 0);
}
