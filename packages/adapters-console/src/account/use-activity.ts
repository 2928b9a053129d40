import type { ActivityEntry, InputOf, RmmError } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { type Answer, useClient, useQuery } from '../state/client-context.js';
import { type Action, useAction } from '../state/use-action.js';
import { type Log, withEarlier, withNewest } from './activity-log.js';

const PAGE = 100;

export interface Activity {
  /** The newest page, for what it says of waiting and failing. */
  readonly newest: Answer<{ readonly items: readonly ActivityEntry[] }>;
  readonly entries: readonly ActivityEntry[];
  readonly hasMore: boolean;
  readonly more: Action<[]>;
  readonly error: RmmError | undefined;
}

/** The log from its newest entry on, which grows at both ends: as things happen, and by `more`. */
export function useActivity(filter: InputOf<'activity.list'>): Activity {
  const client = useClient();
  const key = JSON.stringify(filter);
  const newest = useQuery('activity.list', { ...filter, limit: PAGE }, ['*']);
  const [state, setState] = useState<{ readonly key: string; readonly log: Log } | undefined>(undefined);
  const log = state?.key === key ? state.log : undefined;
  const { data, old, error } = newest;
  useEffect(() => {
    if (!data || old) return;
    setState((now) => ({ key, log: withNewest(now?.key === key ? now.log : undefined, data) }));
  }, [key, data, old]);
  const more = useAction(async () => {
    if (!log || log.cursor === null) return;
    const page = await client.call('activity.list', { ...filter, limit: PAGE, cursor: log.cursor });
    setState((now) => (now?.key === key ? { key, log: withEarlier(now.log, page) } : now));
  });
  // While another question is under way, the entries of the one before stay.
  const { entries, cursor } = log ?? state?.log ?? { entries: [], cursor: null };
  return { newest, entries, hasMore: cursor !== null, more, error };
}
