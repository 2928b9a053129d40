/** What a view asks its host before it goes somewhere else. `preventDefault()` keeps it where it is. */
export type NavigateEvent = CustomEvent<{
  /** Path as in the console: `/devices/ID`. */
  readonly path: string;
}>;

/** The views that a host can place in its page. Each takes `api` (default `/api`) and `theme` (`light`, `dark`) as well. */
export type ElementName =
  /** `profile`: of this Profile alone. */
  | 'rmm-dashboard'
  /** `profile`, `filter`, `group`, `search`. */
  | 'rmm-device-list'
  /** `device`; `tab`: `audit`, `jobs`, `policies` or `notes`. */
  | 'rmm-device'
  | 'rmm-profile-list'
  /** `profile`. */
  | 'rmm-profile-settings'
  /** `filter`, else a new one; `profile`: of this Profile. */
  | 'rmm-filter-editor'
  /** `profile` or `device`: what can hold there; else the System’s. */
  | 'rmm-policies'
  /** `policy`. */
  | 'rmm-policy'
  | 'rmm-job-list'
  /** `job`. */
  | 'rmm-job'
  | 'rmm-component-list'
  /** `component`; `new` for a new one. */
  | 'rmm-component'
  | 'rmm-users'
  | 'rmm-roles'
  | 'rmm-activity';

declare global {
  interface HTMLElementTagNameMap extends Record<ElementName, HTMLElement> {}
  interface HTMLElementEventMap {
    'rmm-navigate': NavigateEvent;
  }
}
