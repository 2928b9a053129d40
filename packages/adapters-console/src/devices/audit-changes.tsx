import type { AuditChange } from '@rmm/client';
import { useState } from 'preact/hooks';
import { formatClock, formatDate } from '../format/time.js';
import { Badge, Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useQuery } from '../state/client-context.js';
import { useMore } from '../state/use-more.js';

const SECTIONS = [
  { value: 'all', label: 'All' },
  { value: 'software', label: 'Software' },
  { value: 'hardware', label: 'Hardware' },
  { value: 'system', label: 'System' },
  { value: 'volumes', label: 'Volumes' },
  { value: 'network', label: 'Network' },
  { value: 'security', label: 'Protection' },
] as const;
type Section = (typeof SECTIONS)[number]['value'];

const TONES = { added: 'good', removed: 'bad', changed: 'accent' } as const;

/** What changed on a device between its audits. */
export function AuditChanges({ deviceId }: { readonly deviceId: string }) {
  const [section, setSection] = useState<Section>('all');
  const input = { deviceId, ...(section !== 'all' && { section }) };
  const changes = useQuery('audits.changes', input, [{ event: 'device.audited', where: { deviceId } }]);
  const { items: pages, hasMore, more } = useMore('audits.changes', input, changes.data);
  const items = pages.flatMap((page) => page.items);
  return (
    <>
      <div class="strip">
        <Segmented size="small" label="Part of the audit" value={section} choices={SECTIONS} onValue={setSection} />
      </div>
      <Loaded answer={changes}>
        {() =>
          items.length === 0 ? (
            <Empty icon="history" title="No changes yet">
              The change log begins with the second audit: from then on it names what was added, removed or changed.
            </Empty>
          ) : (
            <div class="sheet-table">
              <table class="table" aria-label="Changes">
                <tbody>
                  {items.map((change, index) => (
                    <ChangeRow key={change.id} change={change} before={items[index - 1]} />
                  ))}
                </tbody>
              </table>
              {hasMore && (
                <div class="more">
                  <Button busy={more.busy} onClick={() => void more.run()}>
                    Show earlier changes
                  </Button>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function ChangeRow({ change, before }: { readonly change: AuditChange; readonly before: AuditChange | undefined }) {
  const sameDay = before && formatDate(before.at) === formatDate(change.at);
  return (
    <tr>
      <td class="muted number">
        <span class={sameDay ? 'only-read' : 'strong-ish'}>{formatDate(change.at)} </span>
        {formatClock(change.at)}
      </td>
      <td>
        <Badge tone={TONES[change.kind]}>{change.kind}</Badge>
      </td>
      <td class="muted wide-only">{change.section}</td>
      <td class="wrap-cell">{change.item}</td>
      <td class="wrap-cell mono">
        {change.before !== null && (
          <span class={change.after !== null ? 'faint struck' : 'faint'}>{change.before}</span>
        )}
        {change.before !== null && change.after !== null && <span class="faint"> → </span>}
        {change.after}
      </td>
    </tr>
  );
}
