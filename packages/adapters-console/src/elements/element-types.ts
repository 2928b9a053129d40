import type { ELEMENT_VIEWS } from './element-paths.js';

/** What a view asks its host before it goes somewhere else. `preventDefault()` keeps it where it is. */
export type NavigateEvent = CustomEvent<{
  /** Path as in the console: `/devices/ID`. */
  readonly path: string;
}>;

/** Names of the elements. */
export type ElementName = keyof typeof ELEMENT_VIEWS;

declare global {
  interface HTMLElementTagNameMap extends Record<ElementName, HTMLElement> {}
  interface HTMLElementEventMap {
    'rmm-navigate': NavigateEvent;
  }
}
