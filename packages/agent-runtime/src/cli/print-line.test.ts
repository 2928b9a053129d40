import { expect, test, vi } from 'vitest';
import { printLine } from './print-line.js';

test('what is logged stays one line and steers no terminal', () => {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  printLine('info', 'Job 1 starts: a\r\n2026-01-01 error forged\u001b[2J\u009b31m b');
  spy.mockRestore();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\d{4}-\S+Z info Job 1 starts: a 2026-01-01 error forged \[2J 31m b$/);
});
