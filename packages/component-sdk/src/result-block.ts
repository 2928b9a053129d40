const BLOCK = /^[^\S\n]*<-\s*Start Result\s*->[^\S\n]*$(.*?)^[^\S\n]*<-\s*End Result\s*->[^\S\n]*$/gims;
const RESULT = /^[^\S\n]*Result\s*=(.*)/ims;

/**
 * What a component reports (guide, chapter 10): the text after `Result=` between the lines `<-Start Result->` and
 * `<-End Result->`. The text may go over several lines. Of several blocks the last counts, as the one nearest to the end of
 * the work; spaces around the lines, upper and lower case and Windows line ends do not matter.
 *
 * @returns undefined when there is no whole block with a `Result=` in it
 */
export function parseResultBlock(stdout: string): string | undefined {
  const text = stdout.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  let result: string | undefined;
  for (const [, body = ''] of text.matchAll(BLOCK)) result = RESULT.exec(body)?.[1]?.trim() ?? result;
  return result;
}

/** What a monitor component found. */
export type MonitorVerdict = { readonly state: 'fine' } | { readonly state: 'alert'; readonly result: string };

/**
 * Reads a monitor's exit code and output as the guide does: 0 is fine and what it printed is not collected; 1, or any other
 * code, is an alert with the result block's text. Without a block the alert carries what was printed, for an author who forgot
 * the block should still hear of the fault.
 *
 * @param exitCode - null when the script was ended before it could tell
 */
export function monitorVerdict(exitCode: number | null, stdout: string): MonitorVerdict {
  if (exitCode === 0) return { state: 'fine' };
  return { state: 'alert', result: parseResultBlock(stdout) ?? stdout.trim() };
}
