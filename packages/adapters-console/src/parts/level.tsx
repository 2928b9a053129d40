import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from '../router/link.js';
import { parseLocation } from '../router/router.js';
import { useLocation, useRouter } from '../router/router-context.js';
import { Icon } from './icon.js';

export interface Tab {
  readonly to: string;
  readonly label: string;
  /** Also current for addresses below it. */
  readonly deep?: boolean;
}

export interface Crumb {
  readonly to: string;
  readonly label: string;
}

interface Props {
  readonly title: ComponentChildren;
  /** For the browser's tab. */
  readonly name: string;
  readonly crumbs?: readonly Crumb[];
  readonly tabs?: readonly Tab[];
  /** The head stays also where the view stands alone in a host's page. Default: only if there are actions. */
  readonly keep?: boolean;
  /** At the right end of the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head of a level: where we are, the guide's tab bar, and below them the tab's content. */
export function Level({ title, name, crumbs = [], tabs = [], keep = false, actions, children }: Props) {
  const router = useRouter();
  const { path } = useLocation();
  useEffect(() => router.title(name), [router, name]);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the tabs may not fit side by side.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  const bare = useIsBare();
  if (bare && !keep && !actions) return <div class="body">{children}</div>;
  const trail = router.home === undefined || bare ? crumbs : [{ to: router.home, label: 'Back' }, ...crumbs];
  return (
    <>
      <div class="level">
        {trail.length > 0 && (
          <nav class="crumbs" aria-label="Where you are">
            {trail.map(({ to, label }, index) => [
              index > 0 && <Icon key={`${to}-before`} name="chevron" class="turned" />,
              <Link key={to} to={to} class="cut">
                {label}
              </Link>,
            ])}
          </nav>
        )}
        <div class="title">
          <h1 class="cut">{title}</h1>
          <span class="grow" />
          {actions}
        </div>
        {tabs.length > 0 && (
          <nav ref={nav} class="tabs" aria-label="Tab bar">
            {tabs.map(({ to, label, deep }) => (
              <Link key={to} to={to} current={path === to || (deep === true && path.startsWith(`${to}/`))}>
                {label}
              </Link>
            ))}
          </nav>
        )}
      </div>
      <div class="body">{children}</div>
    </>
  );
}

/** Whether the view stands alone in a host's page, which brings its own head. */
export function useIsBare(): boolean {
  const { home } = useRouter();
  const { path } = useLocation();
  return home !== undefined && parseLocation(home).path === path;
}

/** The scrolling part of a tab. */
export function Content({ children, narrow }: { readonly children: ComponentChildren; readonly narrow?: boolean }) {
  return (
    <div class="content">
      <div class={`page ${narrow ? 'narrow' : ''}`}>{children}</div>
    </div>
  );
}
