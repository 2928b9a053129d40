/** An instant as a `datetime-local` field shows it: the user's own clock, to the minute. Empty for no instant. */
export function isoToLocal(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The instant that a `datetime-local` field holds. Empty while it is not complete. */
export function localToIso(local: string): string {
  const at = Date.parse(local);
  return local.length < 16 || Number.isNaN(at) ? '' : new Date(at).toISOString();
}
