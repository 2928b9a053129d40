import { useRef, useState } from 'preact/hooks';
import { Button, IconButton } from '../parts/button.js';
import { Check } from '../parts/field.js';
import { moveFocus } from '../parts/move-focus.js';
import { Popover } from '../parts/popover.js';
import { DEFAULT_COLUMNS, type DeviceColumn } from './device-columns.js';

interface Props {
  readonly columns: readonly DeviceColumn[];
  readonly chosen: readonly string[];
  readonly onChosen: (keys: readonly string[]) => void;
}

/** Which columns the list shows; remembered by the browser. */
export function ColumnsMenu({ columns, chosen, onChosen }: Props) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <span ref={anchor} class="row">
      <IconButton icon="columns" label="Columns" aria-expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Popover
          anchor={anchor}
          onClose={() => setOpen(false)}
          label="Columns"
          class="columns"
          onKeyDown={(event) => moveFocus(event, 'input')}
        >
          {columns.map(({ key, label }) => (
            <div key={key} class="item">
              <Check
                label={label}
                checked={chosen.includes(key)}
                onChecked={(on) => onChosen(on ? [...chosen, key] : chosen.filter((one) => one !== key))}
              />
            </div>
          ))}
          <hr />
          <Button kind="ghost" size="small" class="wide" onClick={() => onChosen(DEFAULT_COLUMNS)}>
            Back to the usual columns
          </Button>
        </Popover>
      )}
    </span>
  );
}
