import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { brandName } from '../app/brand.js';
import { Link } from '../router/link.js';
import { useLocation } from '../router/router-context.js';
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
  /** At the right end of the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head of a level: where we are, the guide's tab bar, and below them the tab's content. */
export function Level({ title, name, crumbs = [], tabs = [], actions, children }: Props) {
  const { path } = useLocation();
  useEffect(() => {
    document.title = `${name} · ${brandName()}`;
  }, [name]);
  return (
    <>
      <div class="level">
        {crumbs.length > 0 && (
          <nav class="crumbs" aria-label="Where you are">
            {crumbs.map(({ to, label }) => [
              <Link key={to} to={to} class="cut">
                {label}
              </Link>,
              <Icon key={`${to}-then`} name="chevron" class="turned" />,
            ])}
          </nav>
        )}
        <div class="title">
          <h1 class="cut">{title}</h1>
          <span class="grow" />
          {actions}
        </div>
        {tabs.length > 0 && (
          <nav class="tabs" aria-label="Tab bar">
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

/** The scrolling part of a tab. */
export function Content({ children, narrow }: { readonly children: ComponentChildren; readonly narrow?: boolean }) {
  return (
    <div class="content">
      <div class={`page ${narrow ? 'narrow' : ''}`}>{children}</div>
    </div>
  );
}
