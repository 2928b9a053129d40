import type { Field } from '@rmm/client';
import { capital } from '../format/words.js';
import { Segmented } from '../parts/bits.js';
import { Button, IconButton } from '../parts/button.js';
import { addNode, type EditorGroup, isGroup, newGroup, newLine, replaceNode } from './editor-model.js';
import { LineEditor } from './line-editor.js';

const MODES = [
  { value: 'all', label: 'All' },
  { value: 'any', label: 'Any' },
  { value: 'none', label: 'None' },
] as const;

interface Props {
  readonly root: EditorGroup;
  readonly group: EditorGroup;
  readonly fields: ReadonlyMap<string, Field>;
  readonly problems: ReadonlyMap<string, string>;
  readonly onRoot: (root: EditorGroup) => void;
}

/** A group of conditions: all, any or none of them hold. Groups may hold groups. */
export function GroupEditor({ root, group, fields, problems, onRoot }: Props) {
  const { id, mode, list, nodes } = group;
  const offered = [...fields.values()].filter((field) => !list || field.list === list || field.id === list);
  const outer = root.id === id;
  return (
    <fieldset class={`filter-group ${outer ? 'outer' : ''}`}>
      <legend class="only-read">{list ? `One entry of ${list}` : 'Group of conditions'}</legend>
      <div class="row">
        <Segmented
          size="small"
          label="How the conditions are joined"
          value={mode}
          choices={MODES}
          onValue={(next) => onRoot(replaceNode(root, id, () => ({ ...group, mode: next })))}
        />
        <span class="muted grow">
          {list ? `of these hold for one and the same ${listLabel(list, fields)} entry` : 'of these hold'}
        </span>
        {!outer && (
          <IconButton
            icon="close"
            size="small"
            label="Remove this group"
            onClick={() => onRoot(replaceNode(root, id, () => undefined))}
          />
        )}
      </div>
      {nodes.map((node) =>
        isGroup(node) ? (
          <GroupEditor key={node.id} root={root} group={node} fields={fields} problems={problems} onRoot={onRoot} />
        ) : (
          <LineEditor
            key={node.id}
            line={node}
            fields={fields}
            offered={offered}
            problem={problems.get(node.id)}
            onLine={(line) => onRoot(replaceNode(root, node.id, () => line))}
            onAdd={() => onRoot(addNode(root, id, newLine(), node.id))}
            {...((!outer || nodes.length > 1) && {
              onRemove: () => onRoot(replaceNode(root, node.id, () => undefined)),
            })}
          />
        ),
      )}
      {nodes.length === 0 && (
        <p class="faint">{mode === 'any' ? 'No condition: no device fits.' : 'No condition: every device fits.'}</p>
      )}
      <AddButtons group={group} fields={fields} onAdd={(node) => onRoot(addNode(root, id, node))} />
    </fieldset>
  );
}

interface AddProps {
  readonly group: EditorGroup;
  readonly fields: ReadonlyMap<string, Field>;
  readonly onAdd: (node: EditorGroup | ReturnType<typeof newLine>) => void;
}

function AddButtons({ group, fields, onAdd }: AddProps) {
  const lists = group.list ? [] : [...new Set([...fields.values()].flatMap(({ list }) => list ?? []))];
  return (
    <div class="row tight wrap">
      <Button kind="ghost" size="small" icon="add" onClick={() => onAdd(newLine())}>
        Condition
      </Button>
      <Button kind="ghost" size="small" icon="add" onClick={() => onAdd(newGroup('any', group.list))}>
        Group
      </Button>
      {lists.map((list) => (
        <Button key={list} kind="ghost" size="small" icon="add" onClick={() => onAdd(sameEntry(list, fields))}>
          Same {listLabel(list, fields)}
        </Button>
      ))}
    </div>
  );
}

/** A group about one record of a list: a line for each of its first two fields, such as name and version. */
function sameEntry(list: string, fields: ReadonlyMap<string, Field>): EditorGroup {
  const own = [...fields.values()].filter((field) => field.list === list);
  return { ...newGroup('all', list), nodes: own.slice(0, 2).map(newLine) };
}

/** What an entry of a list is called: the label of a field with several values, else the list's own name. */
function listLabel(list: string, fields: ReadonlyMap<string, Field>): string {
  return fields.get(list)?.label ?? (list === 'software' ? 'software package' : capital(list));
}
