export interface PageOptions {
  /** The product's name, in the title and beside the mark. */
  readonly title: string;
  /** Path under which the browser sees the console, without a slash at its end. */
  readonly base: string;
  /** Address of the API for the browser. */
  readonly api: string;
}

/** The start page for one place: addresses in it are relative to `base`, and the app learns where its API is. */
export function renderPage(template: string, { title, base, api }: PageOptions): string {
  const head = [
    `<base href="${escapeHtml(base)}/" />`,
    `<meta name="rmm-api" content="${escapeHtml(api)}" />`,
    `<meta name="rmm-title" content="${escapeHtml(title)}" />`,
  ].join('\n    ');
  return template
    .replace(/<meta charset="utf-8" ?\/?>/i, (charset) => `${charset}\n    ${head}`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}</title>`);
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
