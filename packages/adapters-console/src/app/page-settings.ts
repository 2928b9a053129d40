/** What the server wrote into the page. */
export interface PageSettings {
  /** The product's name as the host gave it. */
  readonly title: string;
  readonly api: string;
  /** The host signs people in itself, here. */
  readonly signInUrl?: string;
  /** Identity providers to offer beside the password. */
  readonly providers: readonly { readonly id: string; readonly label: string }[];
}

const USUAL: PageSettings = { title: 'RMM', api: '/api', providers: [] };

function read(): PageSettings {
  const text = document.querySelector<HTMLMetaElement>('meta[name="rmm-settings"]')?.content;
  return text ? { ...USUAL, ...(JSON.parse(text) as Partial<PageSettings>) } : USUAL;
}

let settings: PageSettings | undefined;

/** The page's settings; the usual ones inside a host's page. */
export function pageSettings(): PageSettings {
  settings ??= read();
  return settings;
}
