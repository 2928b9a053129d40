import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { checkItem, type SettingProblems } from '../model/check-settings.js';
import { newObject } from '../model/new-object.js';
import { isRecord, type Variant } from '../model/setting-field.js';
import { ObjectFields } from './object-fields.js';

interface Props {
  readonly title: string;
  readonly variants: readonly Variant[];
  /** Absent: a new one. */
  readonly item: unknown;
  readonly onItem: (item: Readonly<Record<string, unknown>>) => void;
  readonly onClose: () => void;
}

const NONE: SettingProblems = new Map();

/** One entry of a list. A new one of several forms begins with the choice of its form. */
export function ItemDialog({ title, variants, item, onItem, onClose }: Props) {
  const several = variants.length > 1;
  const [draft, setDraft] = useState<Readonly<Record<string, unknown>> | undefined>(() =>
    isRecord(item) ? item : several ? undefined : newObject(variants),
  );
  const [tried, setTried] = useState(false);
  const problems = draft ? checkItem(variants, draft) : NONE;
  if (!draft) {
    return (
      <Dialog title={title} onClose={onClose} buttons={<Button onClick={onClose}>Cancel</Button>}>
        <ul class="kind-list">
          {variants.map((variant) => (
            <li key={variant.label}>
              <button type="button" class="kind-card" onClick={() => setDraft(newObject(variants, variant))}>
                <span class="strong-ish">{variant.label}</span>
                {variant.hint && <span class="muted block">{variant.hint}</span>}
              </button>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (problems.size === 0) onItem(draft);
      }}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary">
            {isRecord(item) ? 'Take over' : 'Add'}
          </Button>
        </>
      }
    >
      <ObjectFields variants={variants} value={draft} onValue={setDraft} path="" problems={tried ? problems : NONE} />
    </Dialog>
  );
}
