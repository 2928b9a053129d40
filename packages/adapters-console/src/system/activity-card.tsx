import type { ActivityEntry } from '@rmm/client';
import { devicesOf, subjectOf } from '../account/activity-log.js';
import { headline } from '../format/headline.js';
import { Ago } from '../parts/bits.js';
import { Loaded } from '../parts/loaded.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

/** Who did what, lately. */
export function ActivityCard() {
  const activity = useQuery('activity.list', { limit: 9 }, ['*']);
  return (
    <section class="card">
      <header>
        <h2>Recent activity</h2>
        <Link to="/account/activity" class="button ghost small">
          Activity log
        </Link>
      </header>
      <Loaded answer={activity} waiting={<div class="inner" />}>
        {({ items }) => (
          <ul class="list">
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function Entry({ entry }: { readonly entry: ActivityEntry }) {
  const { at, actorName, summary, outcome } = entry;
  const subject = subjectOf(entry) ?? devicesOf(entry);
  return (
    <li>
      <span class="grow cut" title={subject ? `${summary}: ${subject}` : summary}>
        <span class="strong-ish">{actorName}</span> <span class="muted">{headline(summary)}</span>
        {subject && <span> {subject}</span>}
        {outcome !== 'done' && <span class="problem"> {outcome}</span>}
      </span>
      <span class="muted when">
        <Ago at={at} />
      </span>
    </li>
  );
}
