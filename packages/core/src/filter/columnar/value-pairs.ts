import { grown } from './grown.js';

/** Which value which row holds, for a part of the rows: two arrays side by side, used again for the next part. */
export class ValuePairs {
  values: Uint32Array = new Uint32Array(1024);
  rows: Uint32Array = new Uint32Array(1024);
  length = 0;

  push(value: number, row: number): void {
    const at = this.length++;
    if (at === this.values.length) {
      this.values = grown(this.values, at + 1);
      this.rows = grown(this.rows, at + 1);
    }
    this.values[at] = value;
    this.rows[at] = row;
  }

  clear(): void {
    this.length = 0;
  }
}
