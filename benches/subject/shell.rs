//! Lines of shell as runbooks have them, read; and the same text through the kept parser alone.

use brush_parser::{ParserOptions, TokenizerOptions, parse_tokens, uncached_tokenize_str};
use leaselab::shell;

/// So many lines are read.
pub(crate) const LINES: usize = 10_000;

/// What is repeated: ten lines, with what the shell blocks of runbooks are made of.
const STANZA: &str = r#"# Who holds the lock, and is there a rescue file?
set -uo pipefail
lock=$(az storage blob show -c tfstate -n terraform.tfstate --query 'metadata.terraformlockid' -o tsv | base64 -d)
terraform plan -no-color -detailed-exitcode > plan.txt 2>&1 || status=$?
if [ "${status:-0}" -eq 1 ] && [[ -f errored.tfstate ]]; then
  terraform force-unlock -force "$(echo "$lock" | jq -r .ID)"
  terraform state push errored.tfstate && rm -f errored.tfstate
fi
for address in $(terraform state list | grep subnet); do terraform state show "$address"; done
cp terraform.tfstate "backup-$(date +%Y%m%d).tfstate"
"#;

/// The text.
pub(crate) fn text() -> String {
    STANZA.repeat(LINES / STANZA.lines().count())
}

/// Reads the text. Returns how many lines are to be typed.
pub(crate) fn read(text: &str) -> usize {
    let script = shell::parse(text).expect("it is bash, and covered");
    script.lines().len()
}

/// Takes the text apart and parses it with the kept parser alone. Returns how many commands there
/// are.
pub(crate) fn parse_alone(text: &str) -> usize {
    let tokens = uncached_tokenize_str(text, &TokenizerOptions::default()).expect("it is bash");
    let program = parse_tokens(&tokens, &ParserOptions::default()).expect("it is bash");
    program.complete_commands.len()
}
