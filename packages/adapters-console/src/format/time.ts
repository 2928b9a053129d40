const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** How long ago, short: `now`, `5 min ago`, `3 h ago`, `yesterday`, `12 days ago`, then the date. */
export function formatAgo(iso: string, now: number): string {
  const at = Date.parse(iso);
  const seconds = Math.round((now - at) / 1000);
  if (seconds < -MINUTE) return `in ${formatDuration(-seconds * 1000)}`;
  if (seconds < 45) return 'just now';
  if (seconds < HOUR) return `${Math.max(1, Math.round(seconds / MINUTE))} min ago`;
  if (seconds < DAY) return `${Math.round(seconds / HOUR)} h ago`;
  if (seconds < 2 * DAY) return 'yesterday';
  if (seconds < 30 * DAY) return `${Math.floor(seconds / DAY)} days ago`;
  return DATE.format(at);
}

export function formatTime(iso: string): string {
  return FULL.format(Date.parse(iso));
}

export function formatDate(iso: string): string {
  return DATE.format(Date.parse(iso));
}

export function formatClock(iso: string): string {
  return CLOCK.format(Date.parse(iso));
}

/** A length of time, its two greatest units: `340 ms`, `12 s`, `2 min 5 s`, `3 h 20 min`, `4 days 2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return pair(seconds, MINUTE, 'min', 1, 's');
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'min');
  return pair(seconds, DAY, seconds < 2 * DAY ? 'day' : 'days', HOUR, 'h');
}

function pair(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % big) / small);
  const first = `${Math.floor(seconds / big)} ${bigName}`;
  return rest > 0 ? `${first} ${rest} ${smallName}` : first;
}
