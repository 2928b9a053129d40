const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Epoch milliseconds of an ISO 8601 date (`2026-01-31`: midnight UTC) or date and time with zone
 * (`2026-01-31T08:00:00Z`, `…+02:00`); `undefined` for anything else, also for days that do not exist.
 */
export function parseInstant(text: string): number | undefined {
  if (!ISO.test(text)) return undefined;
  const day = Date.parse(text.slice(0, 10));
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
