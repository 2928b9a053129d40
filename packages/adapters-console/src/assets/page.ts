/** What the app learns from its page. */
export interface PageSettings {
  /** The product's name, in the title and beside the mark. */
  readonly title: string;
  /** Address of the API for the browser. */
  readonly api: string;
  readonly signInUrl?: string;
  readonly providers?: readonly { readonly id: string; readonly label: string }[];
}

/**
 * The start page for one place.
 * @param base - path under which the browser sees the console, without a slash at its end; addresses are relative to it
 */
export function renderPage(template: string, base: string, settings: PageSettings): string {
  const head = [
    `<base href="${escapeHtml(base)}/" />`,
    `<meta name="rmm-settings" content="${escapeHtml(JSON.stringify(settings))}" />`,
  ].join('\n    ');
  return template
    .replace(/<meta charset="utf-8" ?\/?>/i, (charset) => `${charset}\n    ${head}`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(settings.title)}</title>`);
}

function escapeHtml(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}

/**
 * Nothing runs but our own files; nothing may be put into the page as markup; only named sites may frame it.
 * @param api - added to what the page may connect to when it is on another origin
 */
export function contentSecurityPolicy(api: string, frameAncestors: readonly string[]): string {
  const apiOrigin = URL.canParse(api) ? ` ${new URL(api).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${apiOrigin}`,
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
