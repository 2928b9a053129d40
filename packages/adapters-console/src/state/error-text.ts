import { isRmmError } from '@rmm/client';

/** What went wrong, for people. */
export function errorText(error: unknown): string {
  // Where the role shows too little, the server says what; where it allows too little, it names the operation.
  if (isRmmError(error, 'FORBIDDEN')) {
    if (error.message.startsWith('Your role')) return `${error.message}.`;
    return 'Your role does not allow this. Ask an account administrator.';
  }
  if (isRmmError(error, 'RATE_LIMITED')) {
    const { retryAfterMs } = error.details ?? {};
    const seconds = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1000) : 60;
    return `Too many attempts. Try again in ${seconds} seconds.`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Messages for the fields of a form, by the name of the input's first part: `{ name: 'must not be empty' }`. */
export function fieldProblems(error: unknown): Readonly<Record<string, string>> {
  const issues = isRmmError(error) ? error.details?.issues : undefined;
  if (!Array.isArray(issues)) return {};
  const problems: Record<string, string> = {};
  for (const issue of issues as readonly { path?: unknown; message?: unknown }[]) {
    const [, field] = String(issue.path ?? '').split('/');
    if (field && typeof issue.message === 'string') problems[field] ??= issue.message;
  }
  return problems;
}
