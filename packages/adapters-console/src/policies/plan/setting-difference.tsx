import type { ComponentChildren } from 'preact';
import { describeItem, describeSetting } from '../model/describe-setting.js';
import { listChange } from '../model/list-change.js';
import type { SettingChange } from '../model/policy-views.js';
import type { SettingField } from '../model/setting-field.js';

interface Props {
  readonly setting: SettingChange;
  readonly field: SettingField | undefined;
  readonly arrow: ComponentChildren;
}

/** The cells of a setting: before and after with the policies that decide; of lists only what comes and goes. */
export function SettingDifference({ setting, field, arrow }: Props) {
  const { before, after, beforeFrom, afterFrom } = setting;
  if (field?.kind === 'items' && (Array.isArray(before) || Array.isArray(after))) {
    return (
      <td colSpan={3}>
        <ListDifference before={before} after={after} describe={(item) => describeItem(field, item)} />
        <From names={[...new Set([...beforeFrom, ...afterFrom])]} />
      </td>
    );
  }
  return (
    <>
      <td>
        <Told field={field} value={before} old />
        <From names={beforeFrom} />
      </td>
      <td class="arrow">{arrow}</td>
      <td>
        <Told field={field} value={after} />
        <From names={afterFrom} />
      </td>
    </>
  );
}

function Told({ field, value, old }: { field: SettingField | undefined; value: unknown; old?: boolean }) {
  if (value === undefined) return <span class="faint">not set</span>;
  return <span class={old ? 'muted' : 'strong-ish'}>{describeSetting(field, value)}</span>;
}

function From({ names }: { readonly names: readonly string[] }) {
  return names.length > 0 ? <span class="faint block">{names.join(', ')}</span> : null;
}

interface ListProps {
  readonly before: unknown;
  readonly after: unknown;
  readonly describe: (item: unknown) => string;
}

function ListDifference({ before, after, describe }: ListProps) {
  const { added, removed, changed } = listChange(before, after);
  const line = (sign: string, word: string, tone: string, item: unknown) => (
    <li key={`${sign}${JSON.stringify(item)}`} class={tone}>
      <span aria-hidden="true">{sign} </span>
      <span class="only-read">{word} </span>
      {describe(item)}
    </li>
  );
  return (
    <ul class="list-difference">
      {removed.map((item) => line('−', 'goes:', 'gone', item))}
      {changed.map((pair) => [line('−', 'goes:', 'gone', pair.before), line('+', 'comes:', 'come', pair.after)])}
      {added.map((item) => line('+', 'comes:', 'come', item))}
    </ul>
  );
}
