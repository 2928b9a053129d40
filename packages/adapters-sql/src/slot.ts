/** Stands for a value while a statement is compiled: the value with this index, when the statement is run. */
export class Slot {
  constructor(readonly index: number) {}
}
