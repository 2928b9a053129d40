import type { FieldCatalogue } from './field-catalogue.js';

/** The declared field that someone who wrote `id` most likely meant, if any comes near. */
export function suggestField(catalogue: FieldCatalogue, id: string): string | undefined {
  const wanted = plain(id);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 4)) + 1;
  for (const field of catalogue.list()) {
    const name = plain(field.id.slice(field.id.indexOf('.') + 1));
    for (const candidate of [plain(field.id), name, plain(field.label)]) {
      const distance = editDistance(wanted, candidate);
      if (distance < bestDistance) {
        best = field.id;
        bestDistance = distance;
      }
    }
  }
  return best;
}

function plain(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
