/** Rows by what `keyOf` tells, in their order. (`Map.groupBy` came with Node 21.) */
export function groupBy<Key, R>(rows: Iterable<R>, keyOf: (row: R) => Key): ReadonlyMap<Key, readonly R[]> {
  const groups = new Map<Key, R[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
