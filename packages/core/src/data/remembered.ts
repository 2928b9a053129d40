/** What is known under a key; found, and known from then on, where it is not yet. */
export function remembered<K, V extends NonNullable<unknown>>(known: Map<K, V>, key: K, find: () => V): V {
  const present = known.get(key);
  if (present !== undefined) return present;
  const found = find();
  known.set(key, found);
  return found;
}
