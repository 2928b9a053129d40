import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Asset } from './asset.js';
import { loadFiles } from './load-files.js';
import { contentSecurityPolicy, type PageSettings, renderPage } from './page.js';

export interface ConsoleOptions {
  /** Path of the console below the RMM's mount, as `/console`. Default the mount itself. */
  readonly basePath?: string;
  /** The product's name. Default `RMM`. */
  readonly title?: string;
  /** Where the browser finds the API; `/v1` and `/auth` lie below it. Default `/api` below the RMM's mount. */
  readonly api?: string;
  /** Where this host signs people in, when it does so itself; browsers without a session are sent there. */
  readonly signInUrl?: string;
  /** Identity providers that the authenticator is set up with, offered beside the password. */
  readonly providers?: readonly { readonly id: string; readonly label: string }[];
  /** Other sites that may show the console in a frame, as `https://desk.example.com`. Default none. */
  readonly frameAncestors?: readonly string[];
}

/** Where a request stands, as `@rmm/adapters-http` tells it. */
export interface ConsolePlace {
  /** Path below the RMM's mount. */
  readonly path: string;
  /** The RMM's mount as the client sees it: `''` or `/rmm`. */
  readonly basePath: string;
}

export interface ConsoleAssets {
  /** Serves the console's pages and files; undefined for what is none of them. */
  fetch(request: Request, place?: ConsolePlace): Promise<Response | undefined>;
}

/** Names with a hash of their content never change. */
const IMMUTABLE = { 'cache-control': 'public, max-age=31536000, immutable' };
const REVALIDATED = { 'cache-control': 'no-cache' };
const FILE_HEADERS = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/** The web console as a fetch handler: files that browsers keep for good, and a start page for every other path. */
export function consoleAssets(options: ConsoleOptions = {}): ConsoleAssets {
  return assetsIn(appFolder(), options);
}

/** As {@link consoleAssets}, with the app in another folder. */
export function assetsIn(folder: string, options: ConsoleOptions = {}): ConsoleAssets {
  const { title = 'RMM', frameAncestors = [], signInUrl, providers } = options;
  const below = checkedPath(options.basePath ?? '');
  const site = new Site(folder);
  return {
    async fetch(request, place = { path: new URL(request.url).pathname, basePath: '' }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const { path, basePath } = place;
      if (path !== below && !path.startsWith(`${below}/`)) return undefined;
      const inside = path.slice(below.length) || '/';
      const asset = inside === '/index.html' ? undefined : await site.file(inside);
      if (asset) {
        const lasting = inside.startsWith('/assets/') ? IMMUTABLE : REVALIDATED;
        return asset.respond(request, { ...FILE_HEADERS, ...lasting });
      }
      // A name with an ending is a file that is not there, not a view.
      if (/\.[a-z0-9]+$/i.test(inside)) return undefined;
      const api = options.api ?? `${basePath}/api`;
      const settings = { title, api, ...(signInUrl && { signInUrl }), ...(providers && { providers }) };
      const page = await site.page(basePath + below, settings);
      return page.respond(request, pageHeaders(api, frameAncestors));
    },
  };
}

function pageHeaders(api: string, frameAncestors: readonly string[]): Record<string, string> {
  return {
    ...FILE_HEADERS,
    ...REVALIDATED,
    'content-security-policy': contentSecurityPolicy(api, frameAncestors),
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'same-origin',
  };
}

/** The built app, read once. */
class Site {
  readonly #folder: string;
  readonly #pages = new Map<string, Asset>();
  #files: Promise<ReadonlyMap<string, Asset>> | undefined;
  #template = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  async file(path: string): Promise<Asset | undefined> {
    this.#files ??= this.#load();
    return (await this.#files).get(path);
  }

  async page(base: string, settings: PageSettings): Promise<Asset> {
    const key = JSON.stringify([base, settings]);
    let page = this.#pages.get(key);
    if (!page) {
      await this.file('/index.html');
      page = new Asset('index.html', Buffer.from(renderPage(this.#template, base, settings)));
      this.#pages.set(key, page);
    }
    return page;
  }

  async #load(): Promise<ReadonlyMap<string, Asset>> {
    const files = await loadFiles(this.#folder);
    const template = files.get('/index.html');
    if (!template) throw new Error(`The console is not built: ${this.#folder} holds no index.html.`);
    this.#template = template.toString('utf8');
    return new Map([...files].map(([path, body]) => [path, new Asset(path, body)]));
  }
}

/** Beside this module in the package; from the sources, in the last build. */
function appFolder(): string {
  const built = fileURLToPath(new URL('./app/', import.meta.url));
  if (existsSync(`${built}index.html`)) return built;
  return fileURLToPath(new URL('../../dist/app/', import.meta.url));
}

function checkedPath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new TypeError(`basePath: "${path}" is no path; write it as /console.`);
}
