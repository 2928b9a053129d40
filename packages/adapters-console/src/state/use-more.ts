import type { AnsweringOperation, InputOf, OutputOf } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { useClient } from './client-context.js';
import { type Action, useAction } from './use-action.js';

type Listing = { readonly items: readonly unknown[]; readonly cursor: string | null };

const cursorOf = (page: unknown): string | null => (page === undefined ? null : (page as Listing).cursor);

/**
 * Further pages of a list that grows at one end, below the first page that the view shows live. When the first page
 * changes, the further ones are fetched again, so that nothing is lost or doubled where they meet.
 */
export function useMore<Name extends AnsweringOperation>(
  name: Name,
  input: InputOf<Name>,
  first: OutputOf<Name> | undefined,
): { readonly items: OutputOf<Name>[]; readonly hasMore: boolean; readonly more: Action<[]> } {
  const client = useClient();
  const [pages, setPages] = useState<readonly OutputOf<Name>[]>([]);
  const key = JSON.stringify(input);
  useEffect(() => setPages([]), [key]);
  useEffect(() => {
    if (pages.length === 0) return undefined;
    const stopped = new AbortController();
    const again = async () => {
      const fresh: OutputOf<Name>[] = [];
      for (
        let cursor = cursorOf(first);
        cursor !== null && fresh.length < pages.length;
        cursor = cursorOf(fresh.at(-1))
      ) {
        fresh.push(await client.call(name, { ...input, cursor }, { signal: stopped.signal }));
      }
      setPages(fresh);
    };
    // A failure leaves the old pages; the next change tries again.
    again().catch(() => undefined);
    return () => stopped.abort();
  }, [first]);
  const cursor = cursorOf(pages.at(-1) ?? first);
  const more = useAction(async () => {
    if (cursor === null) return;
    const next = await client.call(name, { ...input, cursor });
    setPages((now) => [...now, next]);
  });
  return { items: first === undefined ? [] : [first, ...pages], hasMore: cursor !== null, more };
}
