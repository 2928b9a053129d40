import type { Params } from '../router/match-route.js';

/** What a view gets: the named parts of its address. */
export interface ViewProps {
  readonly params: Params;
}
