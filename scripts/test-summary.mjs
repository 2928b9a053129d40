// What a test run came to, for .ci/run: "passed failed skipped" on the first line, then what failed, the causes cut short;
// with --files the test files to blame, one a line.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const onlyFiles = process.argv[2] === '--files';
const [report, log] = process.argv.slice(-2);
const home = `${process.cwd()}/`;
const run = JSON.parse(readFileSync(report, 'utf8'));
const printed = stripVTControlCharacters(readFileSync(log, 'utf8')).split('\n');

const failed = run.testResults
  .filter(({ status }) => status === 'failed')
  .map((file) => ({ ...file, name: file.name.replace(home, '') }));
const broken = failed.filter(({ assertionResults }) => assertionResults.length === 0);
// What nobody waited for, and a worker that died, fail the run too and belong to no test.
const outside = printed.flatMap((line, at) =>
  /Unhandled (Rejection|Error) |Worker (exited|forks)|Timeout (starting|terminating)/.test(line) ? [at] : [],
);

if (onlyFiles) {
  const origin = printed.flatMap((line) => /error originated in "([^"]+)" test file/.exec(line)?.[1] ?? []);
  for (const name of new Set([...failed.map(({ name }) => name), ...origin])) console.log(name);
} else {
  console.log(run.numPassedTests, run.numFailedTests + broken.length, run.numPendingTests);
  for (const { name, message } of broken) console.log(`FAILED ${name}${firstLines(message, 6)}`);
  for (const { name, assertionResults } of failed) {
    for (const test of assertionResults.filter(({ status }) => status === 'failed'))
      console.log(`FAILED ${name}: ${test.fullName}${firstLines(test.failureMessages[0], 6)}`);
  }
  for (const at of outside) console.log(`FAILED outside any test:${firstLines(printed.slice(at).join('\n'), 10)}`);
}

function firstLines(text, count) {
  const lines = (text ?? '').replaceAll(home, '').split('\n').slice(0, count);
  return lines.map((line) => `\n         ${line.trim().slice(0, 160)}`).join('');
}
