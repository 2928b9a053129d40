/** The newest user in the output of `last`, whose lines begin with the name; its own lines (reboots, the file's end) aside. */
export function parseLastUser(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.split(/\s+/)[0] ?? '')
    .find((name) => name !== '' && !/^(reboot|shutdown|runlevel|[wu]tmp|wtmpdb)$/.test(name));
}
