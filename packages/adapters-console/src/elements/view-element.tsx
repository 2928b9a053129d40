import { createClient, type RmmClient } from '@rmm/client';
import { render } from 'preact';
import { memoryRouter, type Router } from '../router/router.js';
import { followTheme, resolveTheme, THEMES, type Theme } from '../state/theme.js';
import styles from '../styles/all.css?inline';
import type { ElementView } from './element-paths.js';
import type { NavigateEvent } from './element-types.js';
import { Embedded } from './embedded.js';

const COMMON = ['api', 'theme'];

/** Clients by the address of their API: all elements of a page share one live connection. */
const clients = new Map<string, RmmClient>();
let sheet: CSSStyleSheet | undefined;

function clientOf(api: string): RmmClient {
  let client = clients.get(api);
  if (!client) {
    const elsewhere = new URL(api, location.href).origin !== location.origin;
    client = createClient({ baseUrl: api, ...(elsewhere && { credentials: 'include' as const }) });
    clients.set(api, client);
  }
  return client;
}

function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
  }
  return sheet;
}

/**
 * Makes the element class of a view. It lives in a shadow root, so that neither the host's styles nor ours leak.
 * Attributes beside the view's own: `api` (default `/api`) and `theme` (`light`, `dark`, default as the system).
 */
export function viewElement(view: ElementView): CustomElementConstructor {
  return class extends HTMLElement {
    static readonly observedAttributes = [...view.attributes, ...COMMON];
    #router: Router | undefined;
    #stopTheme: (() => void) | undefined;

    connectedCallback(): void {
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sharedSheet()];
      this.#stopTheme = followTheme(this, () => this.#theme());
      this.#render();
    }

    disconnectedCallback(): void {
      this.#stopTheme?.();
      if (this.shadowRoot) render(null, this.shadowRoot);
    }

    attributeChangedCallback(name: string): void {
      if (!this.isConnected) return;
      if (name === 'theme') this.dataset.theme = resolveTheme(this.#theme());
      else this.#render();
    }

    #render(): void {
      const { shadowRoot } = this;
      const path = view.path((name) => this.getAttribute(name) || undefined);
      if (!shadowRoot) return;
      if (path === undefined) {
        render(null, shadowRoot);
        return;
      }
      if (this.#router?.home !== path) this.#router = memoryRouter(path, (to) => this.#ask(to));
      const client = clientOf(this.getAttribute('api') || '/api');
      render(<Embedded client={client} router={this.#router} />, shadowRoot);
    }

    #theme(): Theme {
      const wanted = this.getAttribute('theme');
      return THEMES.find((theme) => theme === wanted) ?? 'auto';
    }

    #ask(path: string): boolean {
      const event: NavigateEvent = new CustomEvent('rmm-navigate', {
        detail: { path },
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      return this.dispatchEvent(event);
    }
  };
}
