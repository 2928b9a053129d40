import { describe, expect, test } from 'vitest';
import { monitorVerdict, parseResultBlock } from './result-block.js';

const block = (...lines: string[]) => ['<-Start Result->', ...lines, '<-End Result->'].join('\n');

describe('a result block', () => {
  test.each([
    ['one line', block('Result=42 % full'), '42 % full'],
    ['several lines', block('Result=a', 'b', 'c'), 'a\nb\nc'],
    ['words before Result=', block('Checked C:', 'Result=fine'), 'fine'],
    ['spaces and case', '  <- start result ->\n\tRESULT = x \n <- END RESULT ->  ', 'x'],
    ['Windows line ends', block('Result=x', 'y').replaceAll('\n', '\r\n'), 'x\ny'],
    ['of two the last', `${block('Result=1')}\nmore\n${block('Result=2')}`, '2'],
    ['of two the one that says something', `${block('Result=1')}\n${block('nothing')}`, '1'],
    ['an empty result', block('Result='), ''],
    ['a value with an equals sign', block('Result=a=b'), 'a=b'],
  ])('%s', (_name, stdout, result) => {
    expect(parseResultBlock(stdout)).toBe(result);
  });

  test.each([
    ['no block', 'Result=1'],
    ['no end', '<-Start Result->\nResult=1'],
    ['no beginning', 'Result=1\n<-End Result->'],
    ['no Result=', block('42')],
    ['a mark within a line', 'x <-Start Result->\nResult=1\n<-End Result->'],
  ])('is none: %s', (_name, stdout) => {
    expect(parseResultBlock(stdout)).toBeUndefined();
  });

  test.each([
    ['beginnings without an end', '<-Start Result->\n'],
    ['beginnings and results without an end', '<-Start Result->\nResult=\n'],
    ['arrows', '<-\n'],
    ['spaces', ' '],
  ])('takes no longer for half a megabyte of %s', (_name, unit) => {
    const stdout = unit.repeat((512 * 1024) / unit.length);
    // Looking from each beginning to the end would take longer than a test may.
    expect(parseResultBlock(stdout)).toBeUndefined();
  });
});

test('a monitor that failed without a block is heard all the same', () => {
  expect(monitorVerdict(0, block('Result=ignored'))).toEqual({ state: 'fine' });
  expect(monitorVerdict(1, block('Result=full'))).toEqual({ state: 'alert', result: 'full' });
  expect(monitorVerdict(2, ' boom\n')).toEqual({ state: 'alert', result: 'boom' });
});
