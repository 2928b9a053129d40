/**
 * The routes of Better Auth that are open. It has many more (sign-up, changing one's e-mail, tokens of providers…);
 * what is not listed does not exist here.
 */
const OPEN_ROUTES = new Set([
  'POST /sign-in/email',
  'POST /sign-in/social',
  'POST /sign-out',
  'POST /change-password',
  'POST /two-factor/enable',
  'POST /two-factor/disable',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/generate-backup-codes',
]);
const CALLBACK = /^GET \/callback\/[\w-]+$/;

export const SIGN_IN = 'POST /sign-in/email';

/** `POST /sign-in/email`, when that is a route that is open. */
export function openRoute(request: Request, basePath: string): string | undefined {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  const route = `${request.method} ${pathname.slice(basePath.length)}`;
  return OPEN_ROUTES.has(route) || CALLBACK.test(route) ? route : undefined;
}
