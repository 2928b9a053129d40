import type { Field } from '@rmm/client';
import { useMemo } from 'preact/hooks';
import { IconButton } from '../parts/button.js';
import { Combo } from '../parts/combo.js';
import { Select } from '../parts/field.js';
import { conditionLabel, conditionsOf, termKind } from './conditions.js';
import { type EditorLine, withCondition, withField } from './editor-model.js';
import { TermInput } from './term-input.js';

interface Props {
  readonly line: EditorLine;
  readonly fields: ReadonlyMap<string, Field>;
  /** The fields that fit here. */
  readonly offered: readonly Field[];
  readonly problem: string | undefined;
  readonly onLine: (line: EditorLine) => void;
  readonly onAdd: () => void;
  readonly onRemove?: () => void;
}

/** One condition: field, condition, search term, and the guide's plus and minus at the right. */
export function LineEditor({ line, fields, offered, problem, onLine, onAdd, onRemove }: Props) {
  const field = fields.get(line.field);
  const options = useMemo(
    () => offered.map(({ id, label, group }) => ({ value: id, label, group })),
    [offered.length, offered[0]?.id],
  );
  const kind = termKind(field?.type, line.condition);
  return (
    <div class="filter-line">
      <Combo
        label="Field"
        placeholder="Field"
        value={line.field || undefined}
        options={options}
        onValue={(id) => {
          const next = fields.get(id);
          if (next) onLine(withField(line, next, field));
        }}
      />
      {field && (
        <Select
          aria-label="Condition"
          value={line.condition}
          choices={conditionsOf(field).map((one) => ({
            value: one as typeof line.condition,
            label: conditionLabel(one),
          }))}
          onValue={(condition) => condition !== '' && onLine(withCondition(line, condition, field))}
        />
      )}
      {field && line.condition !== '' && (
        <TermInput
          kind={kind}
          field={field}
          value={line.term}
          invalid={problem !== undefined}
          onValue={(term) => onLine({ ...line, term })}
        />
      )}
      <span class="row tight line-buttons">
        <IconButton icon="add" size="small" label="Add a condition below" onClick={onAdd} />
        <IconButton
          icon="close"
          size="small"
          label="Remove this condition"
          disabled={!onRemove}
          {...(onRemove && { onClick: onRemove })}
        />
      </span>
      {problem && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
