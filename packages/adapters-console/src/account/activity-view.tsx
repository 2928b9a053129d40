import type { ActivityEntry } from '@rmm/client';
import { useState } from 'preact/hooks';
import { headline } from '../format/headline.js';
import { formatClock, formatDate, formatTime } from '../format/time.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { Check } from '../parts/field.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useSearch } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { useMore } from '../state/use-more.js';
import { AccountLevel } from './account-level.js';

/** Who did what, and when. */
export function ActivityView() {
  const [query, setQuery] = useSearch();
  const agents = query.get('agents') === '1';
  const input = { limit: 100, ...(agents && { agents }) };
  const activity = useQuery('activity.list', input, ['*']);
  const { items: pages, hasMore, more } = useMore('activity.list', input, activity.data);
  const [shown, setShown] = useState<ActivityEntry | undefined>(undefined);
  const items = pages.flatMap((page) => page.items);
  return (
    <AccountLevel>
      <div class="content flush">
        <div class="strip">
          <Check
            label="With what agents reported"
            checked={agents}
            onChecked={(on) => setQuery({ agents: on ? '1' : undefined })}
          />
        </div>
        <Loaded answer={activity}>
          {() =>
            items.length === 0 ? (
              <Empty icon="history" title="Nothing yet">
                Every change that somebody makes is recorded here.
              </Empty>
            ) : (
              <div class="sheet-table">
                <table class="table" aria-label="Activity log">
                  <tbody>
                    {items.map((entry, index) => (
                      <Row key={entry.id} entry={entry} before={items[index - 1]} onShow={() => setShown(entry)} />
                    ))}
                  </tbody>
                </table>
                {hasMore && (
                  <div class="more">
                    <Button busy={more.busy} onClick={() => void more.run()}>
                      Show earlier entries
                    </Button>
                  </div>
                )}
              </div>
            )
          }
        </Loaded>
      </div>
      {shown && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </AccountLevel>
  );
}

interface RowProps {
  readonly entry: ActivityEntry;
  readonly before: ActivityEntry | undefined;
  readonly onShow: () => void;
}

function Row({ entry, before, onShow }: RowProps) {
  const { at, actorName, actorKind, summary, operation, outcome } = entry;
  const sameDay = before && formatDate(before.at) === formatDate(at);
  return (
    <tr>
      <td class="muted number" title={formatTime(at)}>
        <span class={sameDay ? 'only-read' : 'strong-ish'}>{formatDate(at)} </span>
        {formatClock(at)}
      </td>
      <td>
        <span class="row">
          <span class="cut">{actorName}</span>
          {actorKind !== 'user' && <Badge>{actorKind}</Badge>}
        </span>
      </td>
      <td>
        <button type="button" class="plain-button cut" onClick={onShow} title={summary}>
          {headline(summary)}
        </button>
      </td>
      <td class="faint mono wide-only">{operation}</td>
      <td class="end">{outcome === 'refused' && <Badge tone="bad">refused</Badge>}</td>
    </tr>
  );
}

function EntryDialog({ entry, onClose }: { readonly entry: ActivityEntry; readonly onClose: () => void }) {
  return (
    <Dialog title={entry.summary} onClose={onClose}>
      <div class="stack">
        <p class="muted">
          {entry.actorName}, {formatTime(entry.at)}
        </p>
        <pre class="output boxed">{JSON.stringify(entry.input, null, 2)}</pre>
      </div>
    </Dialog>
  );
}
