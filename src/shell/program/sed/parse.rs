//! Scripts of `sed`: text to commands.

use super::super::pattern::{Edges, Manner, Pattern, PatternError, Syntax};
use super::script::{
    Action, Address, Case, Command, End, Fault, Part, Range, Script, Substitution,
};

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    name: &'a str,
    extended: bool,
    commands: Vec<Command>,
    blocks: Vec<usize>,
    labels: Vec<(String, usize)>,
    jumps: Vec<(usize, String)>,
}

/// Parses scripts.
pub(super) fn parse(scripts: &[Script], extended: bool) -> Result<Vec<Command>, Fault> {
    let whole: Vec<&str> = scripts.iter().map(|script| script.text.as_str()).collect();
    let name = match scripts {
        [one] => match &one.file {
            None => "-e expression #1, ".to_owned(),
            Some(file) => format!("file {file} line 1: "),
        },
        _ => format!("-e expression #{}, ", scripts.len()),
    };
    let mut parser = Parser {
        text: whole.join("\n").chars().collect(),
        at: 0,
        name: &name,
        extended,
        commands: Vec::new(),
        blocks: Vec::new(),
        labels: Vec::new(),
        jumps: Vec::new(),
    };
    parser.run()?;
    Ok(parser.commands)
}

impl Parser<'_> {
    fn wrong<T>(&self, text: &str) -> Result<T, Fault> {
        let place = if self.name.starts_with("file") {
            self.name.to_owned()
        } else {
            format!("{}char {}: ", self.name, self.at)
        };
        Err(Fault::Wrong(format!("{place}{text}")))
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&what) {
            self.at += 1;
        }
    }

    fn run(&mut self) -> Result<(), Fault> {
        loop {
            self.skip(|c| c.is_whitespace() || c == ';');
            if self.peek().is_none() {
                break;
            }
            self.command()?;
        }
        if !self.blocks.is_empty() {
            self.at = 0;
            return self.wrong("unmatched `{'");
        }
        for (at, label) in std::mem::take(&mut self.jumps) {
            let target = if label.is_empty() {
                Some(self.commands.len())
            } else {
                self.labels
                    .iter()
                    .find(|(name, _)| *name == label)
                    .map(|(_, at)| *at)
            };
            let Some(target) = target else {
                return Err(Fault::NoLabel(label));
            };
            if let Some(Action::Branch(to) | Action::BranchIf(to) | Action::BranchUnless(to)) =
                self.commands.get_mut(at).map(|command| &mut command.action)
            {
                *to = target;
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<(), Fault> {
        let range = self.range()?;
        self.skip(char::is_whitespace);
        let mut negated = false;
        while self.peek() == Some('!') {
            negated = true;
            self.at += 1;
            self.skip(char::is_whitespace);
        }
        let Some(letter) = self.next() else {
            return self.wrong("missing command");
        };
        let at = self.commands.len();
        let action = match letter {
            '{' => {
                self.blocks.push(at);
                self.push(range, negated, Action::Block(0));
                return Ok(());
            }
            '}' => {
                if !matches!(range, Range::All) {
                    return self.wrong("} doesn't want any addresses");
                }
                let Some(open) = self.blocks.pop() else {
                    return self.wrong("unexpected `}'");
                };
                if let Some(command) = self.commands.get_mut(open) {
                    command.action = Action::Block(at);
                }
                return self.end();
            }
            '#' => {
                if !matches!(range, Range::All) {
                    return self.wrong("comments don't accept any addresses");
                }
                self.skip(|c| c != '\n');
                return Ok(());
            }
            ':' => {
                if !matches!(range, Range::All) {
                    return self.wrong(": doesn't want any addresses");
                }
                self.skip(|c| c == ' ' || c == '\t');
                let label = self.word();
                if label.is_empty() {
                    return self.wrong("\":\" lacks a label");
                }
                self.labels.push((label, at));
                return Ok(());
            }
            _ => self.action(letter, at)?,
        };
        self.push(range, negated, action);
        // The text of `a`, `i` and `c` has ended with its line.
        if "aic".contains(letter) {
            Ok(())
        } else {
            self.end()
        }
    }

    /// What a command does, by its letter.
    fn action(&mut self, letter: char, at: usize) -> Result<Action, Fault> {
        Ok(match letter {
            'a' | 'i' | 'c' => {
                let text = self.inserted()?;
                match letter {
                    'a' => Action::After(text),
                    'i' => Action::Before(text),
                    _ => Action::Change(text),
                }
            }
            's' => self.substitution()?,
            'y' => self.translation()?,
            'b' | 't' | 'T' => {
                self.skip(|c| c == ' ' || c == '\t');
                let label = self.word();
                self.jumps.push((at, label));
                match letter {
                    'b' => Action::Branch(0),
                    't' => Action::BranchIf(0),
                    _ => Action::BranchUnless(0),
                }
            }
            'q' | 'Q' => {
                self.skip(|c| c == ' ');
                let status = self.number().unwrap_or(0);
                let status = u8::try_from(status % 256).unwrap_or(0);
                Action::Quit {
                    status,
                    prints: letter == 'q',
                }
            }
            'p' => Action::Print,
            'P' => Action::PrintFirst,
            'd' => Action::Delete,
            'D' => Action::DeleteFirst,
            'n' => Action::Next,
            'N' => Action::Append,
            '=' => Action::Number,
            'h' => Action::Hold,
            'H' => Action::HoldMore,
            'g' => Action::Get,
            'G' => Action::GetMore,
            'x' => Action::Exchange,
            'r' | 'R' | 'w' | 'W' | 'e' | 'l' | 'F' | 'z' | 'v' => {
                return Err(Fault::NotModeled(format!(
                    "command '{letter}' is not modeled"
                )));
            }
            other => return self.wrong(&format!("unknown command: `{other}'")),
        })
    }

    fn push(&mut self, range: Range, negated: bool, action: Action) {
        self.commands.push(Command {
            range,
            negated,
            action,
            within: None,
        });
    }

    /// What may stand behind a command.
    fn end(&mut self) -> Result<(), Fault> {
        self.skip(|c| c == ' ' || c == '\t');
        match self.peek() {
            None | Some('}' | '#') => Ok(()),
            Some('\n' | ';') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => {
                self.at += 1;
                self.wrong("extra characters after command")
            }
        }
    }

    fn word(&mut self) -> String {
        let start = self.at;
        self.skip(|c| !c.is_whitespace() && c != ';' && c != '}');
        self.text
            .get(start..self.at)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        self.skip(|c| c.is_ascii_digit());
        let digits: String = self.text.get(start..self.at)?.iter().collect();
        digits.parse().ok()
    }

    fn range(&mut self) -> Result<Range, Fault> {
        let Some(first) = self.address()? else {
            return Ok(Range::All);
        };
        self.skip(|c| c == ' ');
        if self.peek() != Some(',') {
            if matches!(first, Address::Line(0)) {
                return self.wrong("invalid usage of line address 0");
            }
            return Ok(Range::One(first));
        }
        self.at += 1;
        self.skip(|c| c == ' ');
        let end = match self.peek() {
            Some(sign @ ('+' | '~')) => {
                self.at += 1;
                let count = self.number().unwrap_or(0);
                if sign == '+' {
                    End::Count(count)
                } else {
                    End::Multiple(count)
                }
            }
            _ => {
                if let Some(address) = self.address()? {
                    End::At(address)
                } else {
                    self.at += 1;
                    return self.wrong("unexpected `,'");
                }
            }
        };
        if matches!(first, Address::Line(0)) && !matches!(end, End::At(Address::Fits(_))) {
            return self.wrong("invalid usage of line address 0");
        }
        Ok(Range::Two(first, end))
    }

    fn address(&mut self) -> Result<Option<Address>, Fault> {
        match self.peek() {
            Some('0'..='9') => {
                let line = self.number().unwrap_or(usize::MAX);
                if self.peek() == Some('~') {
                    self.at += 1;
                    let step = self.number().unwrap_or(0);
                    return Ok(Some(Address::Step(line, step)));
                }
                Ok(Some(Address::Line(line)))
            }
            Some('$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            Some(mark @ ('/' | '\\')) => {
                self.at += 1;
                let delimiter = if mark == '/' {
                    '/'
                } else {
                    self.next().unwrap_or('/')
                };
                let Some(pattern) = self.delimited(delimiter, true) else {
                    return self.wrong("unterminated address regex");
                };
                let mut ignore_case = false;
                while self.peek() == Some('I') {
                    ignore_case = true;
                    self.at += 1;
                }
                if self.peek() == Some('M') {
                    return Err(Fault::NotModeled("flag 'M' is not modeled".to_owned()));
                }
                Ok(Some(Address::Fits(self.pattern(&pattern, ignore_case)?)))
            }
            _ => Ok(None),
        }
    }

    /// The text up to a delimiter, which is passed; none if there is none. A delimiter behind a
    /// backslash is part of the text, without it; in a pattern brackets do not hide one, as in GNU.
    fn delimited(&mut self, delimiter: char, pattern: bool) -> Option<String> {
        let mut out = String::new();
        loop {
            let next = self.next()?;
            if next == delimiter {
                return Some(out);
            }
            if next == '\n' && pattern {
                return None;
            }
            if next != '\\' {
                out.push(next);
                continue;
            }
            match self.next()? {
                escaped if escaped == delimiter => {
                    // A delimiter that means something in patterns keeps its backslash.
                    let special = if pattern { ".*[]^$+?(){}" } else { "&" };
                    if special.contains(delimiter) {
                        out.push('\\');
                    }
                    out.push(escaped);
                }
                escaped => {
                    out.push('\\');
                    out.push(escaped);
                }
            }
        }
    }

    fn pattern(&self, text: &str, ignore_case: bool) -> Result<Option<Pattern>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        let syntax = if self.extended {
            Syntax::Extended
        } else {
            Syntax::Basic
        };
        let manner = Manner {
            syntax,
            ignore_case,
            edges: Edges::Any,
        };
        match Pattern::new(&[text], manner) {
            Ok(pattern) => Ok(Some(pattern)),
            Err(PatternError::NotModeled(text)) => Err(Fault::NotModeled(text)),
            Err(PatternError::Wrong(text)) => self.wrong(&text),
        }
    }

    fn substitution(&mut self) -> Result<Action, Fault> {
        let Some(delimiter) = self.next().filter(|c| *c != '\n' && *c != '\\') else {
            return self.wrong("unterminated `s' command");
        };
        let (Some(pattern), Some(replacement)) = (
            self.delimited(delimiter, true),
            self.delimited(delimiter, false),
        ) else {
            return self.wrong("unterminated `s' command");
        };
        let (mut all, mut number, mut print, mut ignore_case) = (false, 0, false, false);
        loop {
            match self.peek() {
                Some('g') if all => {
                    self.at += 1;
                    return self.wrong("multiple `g' options to `s' command");
                }
                Some('g') => all = true,
                Some('p') if print => {
                    self.at += 1;
                    return self.wrong("multiple `p' options to `s' command");
                }
                Some('p') => print = true,
                Some('i' | 'I') => ignore_case = true,
                Some('0'..='9') => {
                    number = self.number().unwrap_or(1);
                    if number == 0 {
                        return self.wrong("number option to `s' command may not be zero");
                    }
                    continue;
                }
                Some(flag @ ('e' | 'w' | 'm' | 'M')) => {
                    return Err(Fault::NotModeled(format!("flag '{flag}' is not modeled")));
                }
                Some('}' | '#' | '\n' | ';' | ' ' | '\t') | None => break,
                Some(_) => {
                    self.at += 1;
                    return self.wrong("unknown option to `s'");
                }
            }
            self.at += 1;
        }
        let pattern = self.pattern(&pattern, ignore_case)?;
        let parts = replacement_parts(&replacement);
        let groups = pattern.as_ref().map_or(9, Pattern::group_count);
        for part in &parts {
            if let Part::Group(group) = part
                && *group > groups
            {
                let text = format!("invalid reference \\{group} on `s' command's RHS");
                return self.wrong(&text);
            }
        }
        let number = number.max(1);
        Ok(Action::Substitute(Box::new(Substitution {
            pattern,
            parts,
            all,
            number,
            print,
        })))
    }

    fn translation(&mut self) -> Result<Action, Fault> {
        let Some(delimiter) = self.next() else {
            return self.wrong("unterminated `y' command");
        };
        let (Some(from), Some(to)) = (
            self.delimited(delimiter, false),
            self.delimited(delimiter, false),
        ) else {
            return self.wrong("unterminated `y' command");
        };
        let read = |text: &str| -> Vec<char> {
            let mut out = Vec::new();
            let mut rest = text.chars();
            while let Some(next) = rest.next() {
                match next {
                    '\\' => match rest.next() {
                        Some('n') => out.push('\n'),
                        Some('t') => out.push('\t'),
                        Some(other) => out.push(other),
                        None => out.push('\\'),
                    },
                    other => out.push(other),
                }
            }
            out
        };
        let (from, to) = (read(&from), read(&to));
        if from.len() != to.len() {
            return self.wrong("strings for `y' command are different lengths");
        }
        Ok(Action::Translate(from.into_iter().zip(to).collect()))
    }

    /// The text of `a`, `i` and `c`: on the same line, or after a backslash and a newline.
    fn inserted(&mut self) -> Result<String, Fault> {
        self.skip(|c| c == ' ' || c == '\t');
        if self.peek() == Some('\\') {
            self.at += 1;
            // Blanks behind the backslash are part of the text, unless its line ends with them.
            let start = self.at;
            self.skip(|c| c == ' ' || c == '\t');
            if self.peek() == Some('\n') {
                self.at += 1;
            } else {
                self.at = start;
            }
        }
        if self.peek().is_none() {
            return self.wrong("expected \\ after `a', `c' or `i'");
        }
        let mut out = String::new();
        while let Some(next) = self.next() {
            match next {
                '\n' => break,
                '\\' => match self.next() {
                    Some('t') => out.push('\t'),
                    Some(other) => out.push(other),
                    None => {}
                },
                other => out.push(other),
            }
        }
        out.push('\n');
        Ok(out)
    }
}

fn replacement_parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars();
    let flush = |plain: &mut String, parts: &mut Vec<Part>, part: Part| {
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(plain)));
        }
        parts.push(part);
    };
    while let Some(next) = rest.next() {
        if next == '&' {
            flush(&mut plain, &mut parts, Part::Group(0));
            continue;
        }
        if next != '\\' {
            plain.push(next);
            continue;
        }
        let part = match rest.next() {
            Some('n') => {
                plain.push('\n');
                continue;
            }
            Some('t') => {
                plain.push('\t');
                continue;
            }
            Some('r') => {
                plain.push('\r');
                continue;
            }
            Some('U') => Part::Case(Case::Upper),
            Some('L') => Part::Case(Case::Lower),
            Some('u') => Part::Case(Case::UpperNext),
            Some('l') => Part::Case(Case::LowerNext),
            Some('E') => Part::Case(Case::End),
            Some(digit @ '0'..='9') => {
                Part::Group(usize::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0))
            }
            Some(other) => {
                plain.push(other);
                continue;
            }
            None => continue,
        };
        flush(&mut plain, &mut parts, part);
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    parts
}
