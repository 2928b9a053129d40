import type {
  AnsweringOperation,
  InputOf,
  OutputOf,
  QueryState,
  QueryStore,
  RefreshTrigger,
  RmmClient,
  Session,
} from '@rmm/client';
import { createContext } from 'preact';
import { useContext, useRef } from 'preact/hooks';
import { useStore } from './use-store.js';

/** What every view has at hand. */
export interface Desk {
  readonly client: RmmClient;
  readonly session: Session;
}

const DeskContext = createContext<Desk | undefined>(undefined);

export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('No client around this view.');
  return desk;
}

export function useClient(): RmmClient {
  return useDesk().client;
}

export type Can = (permission: string, level?: 'view' | 'manage') => boolean;

/**
 * Whether the user may see (`view`) or change (`manage`) an area of the product; `accountadmin` stands for users and
 * roles. While one looks as another role nothing may be changed.
 */
export function useCan(): Can {
  return canOf(useDesk().session);
}

export function canOf({ permissions, accountadmin, viewingAs }: Session): Can {
  return (permission, level = 'view') => {
    if (level === 'manage' && viewingAs) return false;
    if (permission === 'accountadmin') return accountadmin;
    const has = permissions[permission];
    return has === 'manage' || (level === 'view' && has === 'view');
  };
}

/**
 * Whether the user may change filters, groups and policies that hold in all Profiles: with sight of every device, and the
 * right to it. Of those of a Profile (`profileId`) only the server knows whether the whole of it is seen.
 */
export function useReach(): (profileId?: string | null) => boolean {
  const { session } = useDesk();
  const everywhere = !session.restricted && canOf(session)('system.targeting', 'manage');
  return (profileId) => Boolean(profileId) || everywhere;
}

/** Why nothing can be changed now, for tooltips; undefined when things can. */
export function useLocked(): string | undefined {
  const { viewingAs } = useDesk().session;
  return viewingAs ? `You are looking as “${viewingAs.name}”; nothing can be changed.` : undefined;
}

export interface Answer<T> extends QueryState<T> {
  readonly store: QueryStore<T>;
  /** The data answers the question before; the new answer is under way. */
  readonly old: boolean;
}

/** A live answer. While the next page is fetched, the present one stays, marked as `old`. */
export function useQuery<Name extends AnsweringOperation>(
  name: Name,
  input: InputOf<Name>,
  refreshOn: readonly RefreshTrigger[] = [],
): Answer<OutputOf<Name>> {
  const store = useClient().query(name, input, { refreshOn });
  const state = useStore(store);
  const last = useRef<{ name: string; data: OutputOf<Name> | undefined }>({ name, data: undefined });
  if (state.data !== undefined || last.current.name !== name) last.current = { name, data: state.data };
  const old = state.data === undefined && last.current.data !== undefined && state.error === undefined;
  return { ...state, data: old ? last.current.data : state.data, store, old };
}
