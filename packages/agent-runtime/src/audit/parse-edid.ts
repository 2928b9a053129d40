import type { HardwareSection } from '@rmm/protocol';
import { known } from './collector.js';

type Monitor = HardwareSection['monitors'][number];

const HEADER = Buffer.from('00ffffffffffff00', 'hex');
const SERIAL_TEXT = 0xff;
const NAME_TEXT = 0xfc;

/** What a monitor tells of itself (VESA EDID 1.x): name and serial number, else its maker's code and model number. */
export function parseEdid(edid: Buffer): Monitor | undefined {
  if (edid.length < 128 || !edid.subarray(0, 8).equals(HEADER)) return undefined;
  const texts = new Map<number, string>();
  for (const start of [54, 72, 90, 108]) {
    if (edid.readUInt16BE(start) !== 0) continue;
    const text =
      edid
        .subarray(start + 5, start + 18)
        .toString('latin1')
        .split('\n')[0] ?? '';
    texts.set(edid.readUInt8(start + 3), text.trim());
  }
  const number = edid.readUInt32LE(12);
  return {
    name:
      texts.get(NAME_TEXT) || `${makerOf(edid.readUInt16BE(8))} ${edid.readUInt16LE(10).toString(16).padStart(4, '0')}`,
    ...known('serial', texts.get(SERIAL_TEXT) || (number === 0 ? undefined : String(number))),
  };
}

/** Three letters of five bits each. */
function makerOf(code: number): string {
  return String.fromCharCode(...[10, 5, 0].map((shift) => 64 + ((code >> shift) & 31)));
}
