/** Text in a field for JSON that is not JSON yet. */
export class JsonDraft {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
