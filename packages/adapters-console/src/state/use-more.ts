import type { AnsweringOperation, InputOf, OutputOf } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { useClient } from './client-context.js';
import { type Action, useAction } from './use-action.js';

type Listing = { readonly items: readonly unknown[]; readonly cursor: string | null };

/** Further pages of a list that grows at one end, below the first page that the view shows live. */
export function useMore<Name extends AnsweringOperation>(
  name: Name,
  input: InputOf<Name>,
  first: OutputOf<Name> | undefined,
): { readonly items: OutputOf<Name>[]; readonly hasMore: boolean; readonly more: Action<[]> } {
  const client = useClient();
  const [pages, setPages] = useState<readonly OutputOf<Name>[]>([]);
  const key = JSON.stringify(input);
  useEffect(() => setPages([]), [key]);
  const last = pages.at(-1) ?? first;
  const cursor = last === undefined ? null : (last as Listing).cursor;
  const more = useAction(async () => {
    if (cursor === null) return;
    const next = await client.call(name, { ...input, cursor });
    setPages([...pages, next]);
  });
  return { items: first === undefined ? [] : [first, ...pages], hasMore: cursor !== null, more };
}
