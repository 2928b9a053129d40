import type { ActivityEntry } from '@rmm/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { headline } from '../format/headline.js';
import { formatClock, formatDate, formatTime } from '../format/time.js';
import { plural } from '../format/words.js';
import { Badge } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { useSearch } from '../router/router-context.js';
import { useCan } from '../state/client-context.js';
import { AccountLevel } from './account-level.js';
import { ActivityFilters, filterOf, isNarrowed } from './activity-filters.js';
import { devicesOf, subjectOf } from './activity-log.js';
import { ActivityProof, useProof } from './activity-proof.js';
import { EntryDialog } from './entry-dialog.js';
import { type Activity, useActivity } from './use-activity.js';

/** Who did what, and when. */
export function ActivityView() {
  const [query, setQuery] = useSearch();
  const activity = useActivity(filterOf(query));
  const proof = useProof();
  const seesAll = useCan()('accountadmin');
  const [shown, setShown] = useState<ActivityEntry | undefined>(undefined);
  return (
    <AccountLevel
      // Nothing can be left out of a chain, so only those who see everything can have it.
      actions={
        seesAll && (
          <div class="row tight">
            <Button icon="shield" busy={proof.verify.busy} onClick={() => void proof.verify.run()}>
              Verify
            </Button>
            <Button icon="download" busy={proof.save.busy} onClick={() => void proof.save.run()}>
              {proof.exported === undefined ? 'Export' : `Exporting, ${plural(proof.exported, 'entry', 'entries')}`}
            </Button>
          </div>
        )
      }
    >
      <div class="content flush">
        <ActivityFilters query={query} onQuery={setQuery} entries={activity.entries} />
        <ActivityProof proof={proof} />
        <Loaded answer={activity.newest}>
          {() => (
            <Entries
              activity={activity}
              narrowed={isNarrowed(query)}
              onClear={() => setQuery(Object.fromEntries([...query.keys()].map((name) => [name, undefined] as const)))}
              onShow={setShown}
            />
          )}
        </Loaded>
      </div>
      {shown && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </AccountLevel>
  );
}

interface EntriesProps {
  readonly activity: Activity;
  readonly narrowed: boolean;
  readonly onClear: () => void;
  readonly onShow: (entry: ActivityEntry) => void;
}

function Entries({ activity, narrowed, onClear, onShow }: EntriesProps) {
  const { entries, hasMore, more, newest } = activity;
  if (entries.length === 0 && !newest.old) {
    return narrowed ? (
      <Empty icon="history" title="No entry fits" actions={<Button onClick={onClear}>Show all entries</Button>}>
        Nothing that was done, and nothing that was refused, fits these filters.
      </Empty>
    ) : (
      <Empty icon="history" title="Nothing yet">
        Every change that somebody makes is recorded here.
      </Empty>
    );
  }
  return (
    <div class={`sheet-table ${newest.old ? 'fetching' : ''}`}>
      <table class="table activity" aria-label="Activity log">
        <tbody>
          {entries.map((entry, index) => (
            <Row key={entry.id} entry={entry} before={entries[index - 1]} onShow={() => onShow(entry)} />
          ))}
        </tbody>
      </table>
      {hasMore && <Earlier more={more} entries={entries.length} />}
    </div>
  );
}

/** Fetches earlier entries as soon as the end of the list comes into sight; by a button where that does not work. */
function Earlier({ more, entries }: { readonly more: Activity['more']; readonly entries: number }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const end = element.current;
    if (!end) return undefined;
    const observer = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) void more.run();
      },
      { root: end.closest('.sheet-table'), rootMargin: '400px' },
    );
    observer.observe(end);
    return () => observer.disconnect();
    // Watched anew after each page, in case its end is in sight already.
  }, [entries]);
  return (
    <div ref={element} class="more">
      <Button busy={more.busy} onClick={() => void more.run()}>
        Show earlier entries
      </Button>
    </div>
  );
}

interface RowProps {
  readonly entry: ActivityEntry;
  readonly before: ActivityEntry | undefined;
  readonly onShow: () => void;
}

function Row({ entry, before, onShow }: RowProps) {
  const { at, actorName, actorKind, roleName, summary, operation, outcome, sequence } = entry;
  const sameDay = before && formatDate(before.at) === formatDate(at);
  const isDone = outcome === 'done';
  const [subject, devices] = [subjectOf(entry), devicesOf(entry)];
  return (
    <tr class={isDone ? '' : 'refused'}>
      <td class="muted number" title={formatTime(at)}>
        <span class={sameDay ? 'only-read' : 'strong-ish'}>{formatDate(at)} </span>
        {formatClock(at)}
      </td>
      <td class="wide-only">
        <span class="row tight">
          <span class="cut">{actorName}</span>
          {actorKind !== 'user' && <Badge>{actorKind}</Badge>}
          {roleName && <span class="faint cut">{roleName}</span>}
        </span>
      </td>
      <td>
        <span class="row">
          {!isDone && <Icon name="stop" class="small bad" />}
          <button type="button" class="plain-button cut" onClick={onShow} title={summary}>
            {headline(summary)}
          </button>
          {subject && <span class="muted cut">{subject}</span>}
          {devices && <span class="faint wide-only">{devices}</span>}
        </span>
        <span class="only-narrow who-under muted">{actorName}</span>
      </td>
      <td class="faint mono wide-only">{operation}</td>
      <td class="end">
        {isDone ? (
          <span class="faint number">{sequence !== null && `#${sequence}`}</span>
        ) : (
          <Badge tone="bad">{outcome}</Badge>
        )}
      </td>
    </tr>
  );
}
