import type { OutputOf } from '@rmm/client';
import { Icon } from '../parts/icon.js';

export type FilterReason = OutputOf<'filters.explain'>['reason'];

/** What a filter saw of a device, part by part: a check or a cross, the condition in words, the values. */
export function ReasonTree({ reason }: { readonly reason: FilterReason }) {
  return (
    <div class="reason-tree">
      <Part reason={plain(reason)} />
    </div>
  );
}

/** Without the “all of” that stand directly in another one: they say nothing more. */
function plain(reason: FilterReason): FilterReason {
  const inner = reason.parts.map(plain);
  const parts = reason.kind === 'all' ? inner.flatMap((part) => (part.kind === 'all' ? part.parts : [part])) : inner;
  const [only] = parts;
  return reason.kind === 'all' && parts.length === 1 && only ? only : { ...reason, parts };
}

function Part({ reason }: { readonly reason: FilterReason }) {
  const { kind, holds, text, seen, parts } = reason;
  return (
    <>
      <div class="reason-line">
        <Icon
          name={holds ? 'check' : 'close'}
          class={`small ${holds ? 'yes' : 'no'}`}
          label={holds ? 'Holds' : 'Does not hold'}
        />
        <span class="grow">
          <span class={kind === 'condition' ? '' : 'strong-ish'}>{text}</span>
          {(kind === 'condition' || seen.length > 0) && <Seen seen={seen} />}
        </span>
      </div>
      {parts.length > 0 && (
        <ul>
          {parts.map((part, index) => (
            <li key={`${index} ${part.text}`}>
              <Part reason={part} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const SHOWN = 5;

function Seen({ seen }: { readonly seen: readonly string[] }) {
  const more = seen.length - SHOWN;
  return (
    <span class="reason-seen block">
      {seen.length === 0 ? 'The device has no value.' : `Seen: ${seen.slice(0, SHOWN).join(', ')}`}
      {more > 0 && ` and ${more} more`}
    </span>
  );
}
