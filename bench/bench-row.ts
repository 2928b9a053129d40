/** One measured figure beside a peer's and, where one is known, a physical limit; all from the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string;
  readonly peerValue: number;
  /** `value / peerValue`. */
  readonly ratio: number;
  readonly limit?: string;
  readonly limitValue?: number;
}

/** A row with its ratio worked out. */
export function benchRow(row: Omit<BenchRow, 'ratio'>): BenchRow {
  return { ...row, ratio: row.value / row.peerValue };
}
