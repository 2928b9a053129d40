// What a test run came to, for .ci/run: "passed failed skipped" on the first line, then what failed, the causes cut short.
import { readFileSync } from 'node:fs';

const [, , report, log] = process.argv;
const run = JSON.parse(readFileSync(report, 'utf8'));
const failedFiles = run.testResults.filter((file) => file.status === 'failed');
const broken = failedFiles.filter((file) => file.assertionResults.length === 0);
console.log(run.numPassedTests, run.numFailedTests + broken.length, run.numPendingTests);

const home = `${process.cwd()}/`;
const short = (text, lines) => {
  const kept = (text ?? '').replaceAll(home, '').split('\n').slice(0, lines);
  return kept.map((line) => `\n         ${line.trim().slice(0, 160)}`).join('');
};
for (const file of broken) console.log(`FAILED ${file.name.replace(home, '')}${short(file.message, 6)}`);
for (const file of failedFiles) {
  for (const test of file.assertionResults.filter(({ status }) => status === 'failed'))
    console.log(`FAILED ${file.name.replace(home, '')}: ${test.fullName}${short(test.failureMessages[0], 6)}`);
}
// What nobody waited for fails the run too, and belongs to no test.
const printed = readFileSync(log, 'utf8').split('\n');
for (const [at, line] of printed.entries()) {
  if (
    /Unhandled (Rejection|Error) |Worker (exited|forks)|Timeout (starting|terminating)|tests closed successfully but/.test(
      line,
    )
  )
    console.log(`FAILED outside any test: ${short(printed.slice(at, at + 10).join('\n'), 10)}`);
}
