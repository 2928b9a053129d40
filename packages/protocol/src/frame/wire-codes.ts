/**
 * The byte that names a frame's kind on the wire, 1 to 127; never reused. Kept apart from the schemas, so that the codec
 * of the resident agent does not load the schema library.
 */
export const AGENT_WIRE_CODES = {
  hello: 1,
  enrol: 2,
  pull: 3,
  accepted: 4,
  refused: 5,
  started: 6,
  output: 7,
  finished: 8,
  auditOffer: 9,
  auditData: 10,
} as const;

export const SERVER_WIRE_CODES = {
  challenge: 65,
  welcome: 66,
  enrolled: 67,
  nudge: 68,
  commands: 69,
  settled: 70,
  auditWant: 71,
  goodbye: 72,
} as const;
