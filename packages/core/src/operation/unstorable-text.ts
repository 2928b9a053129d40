import type { InputIssue } from '@rmm/protocol';

/** With the flag `u`, only halves of surrogate pairs match. */
const HALVES = /\p{Surrogate}/gu;

/** NUL, or half of a surrogate pair: no database keeps them as text, and no name or script has a use for them. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.search(HALVES) < 0;

/** The same text with U+FFFD for what cannot be stored; for what agents tell, which is kept as well as it can be. */
export const storable = (text: string): string => text.replace(HALVES, '\ufffd').replaceAll('\0', '\ufffd');

/** Where an input holds texts that cannot be stored, keys included. */
export function unstorableTexts(value: unknown, path = ''): readonly InputIssue[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [issue(path)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (!isStorable(key)) return [issue(path)];
    return unstorableTexts(item, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  });
}

const issue = (path: string): InputIssue => ({
  path,
  message: 'must not contain the NUL character or half of a surrogate pair',
});
