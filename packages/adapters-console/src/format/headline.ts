/** The first clause of a sentence, for places with room for a line: what follows a semicolon explains. */
export function headline(sentence: string): string {
  const [first = ''] = sentence.split(';');
  return first.trim();
}
