//! A computer with files in a map and a handful of programs, for a machine to run on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leaselab::shell::{
    Answer, Call, Ended, Environment, FileError, FileKind, FileStatus, Machine, Request, Sink,
    Stream, parse,
};

/// Where scripts start.
pub(crate) const CWD: &str = "/tmp/oracle";

/// What a script does to the world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Computer {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) directories: BTreeSet<String>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What `sleep` came to (ms).
    pub(crate) slept: u64,
}

/// How a script is started here.
pub(crate) fn environment() -> Environment {
    Environment {
        cwd: CWD.to_owned(),
        home: "/home/op".to_owned(),
        ..Environment::default()
    }
}

/// Runs a script to its end; the last request.
pub(crate) fn run(script: &str, environment: Environment) -> (Request, Computer) {
    let script = parse(script).expect("the script is covered");
    let mut machine = Machine::new(&script, environment);
    let mut computer = Computer::new();
    let last = computer.finish(&mut machine, Answer::Start);
    (last, computer)
}

impl Computer {
    pub(crate) fn new() -> Self {
        let directories = ["/", "/tmp", CWD, "/home", "/home/op"].map(str::to_owned);
        Self {
            directories: directories.into(),
            ..Self::default()
        }
    }

    /// Answers until the script is over.
    pub(crate) fn finish(&mut self, machine: &mut Machine, answer: Answer) -> Request {
        let mut answer = answer;
        loop {
            let request = machine.resume(answer);
            match self.answer(&request) {
                Some(next) => answer = next,
                None => return request,
            }
        }
    }

    /// What comes of a request; `None` if the script is over.
    pub(crate) fn answer(&mut self, request: &Request) -> Option<Answer> {
        Some(match request {
            Request::Run(call) => Answer::Ended(self.run(call)),
            Request::Read(path) => Answer::Content(self.read(path)),
            Request::Write { path, append, text } => {
                Answer::Written(self.write(path, *append, text))
            }
            Request::List(path) => Answer::Listed(self.list(path)),
            Request::Stat(path) => Answer::Status(self.status(path)),
            Request::Locate(name) => {
                let known = PROGRAMS.contains(&name.as_str());
                Answer::Located(known.then(|| format!("/tmp/oracle.bin/{name}")))
            }
            Request::Sleep(time) => {
                self.slept += time;
                Answer::Slept
            }
            Request::ReadLine => Answer::Line(None),
            Request::Print { stream, text } => {
                self.show(*stream, text);
                Answer::Done
            }
            Request::Exited(_) | Request::Exceeded { .. } | Request::Refused { .. } => return None,
        })
    }

    fn show(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Stdout => self.stdout.push_str(text),
            Stream::Stderr => self.stderr.push_str(text),
        }
    }

    fn read(&self, path: &str) -> Result<Arc<str>, FileError> {
        if self.directories.contains(path) {
            return Err(FileError::IsDirectory);
        }
        let file = self.files.get(path).ok_or(FileError::NotFound)?;
        Ok(Arc::from(file.as_str()))
    }

    fn write(&mut self, path: &str, append: bool, text: &str) -> Result<(), FileError> {
        if self.directories.contains(path) {
            return Err(FileError::IsDirectory);
        }
        let parent = path.rsplit_once('/').map_or("/", |(parent, _)| parent);
        if !parent.is_empty() && !self.directories.contains(parent) {
            return Err(FileError::NotFound);
        }
        let file = self.files.entry(path.to_owned()).or_default();
        if !append {
            file.clear();
        }
        file.push_str(text);
        Ok(())
    }

    fn list(&self, path: &str) -> Vec<String> {
        let prefix = if path == "/" {
            "/".to_owned()
        } else {
            format!("{path}/")
        };
        let paths = self.files.keys().chain(&self.directories);
        paths
            .filter_map(|known| known.strip_prefix(&prefix))
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    fn status(&self, path: &str) -> Option<FileStatus> {
        if self.directories.contains(path) {
            return Some(FileStatus {
                kind: FileKind::Directory,
                size: 4096,
            });
        }
        let file = self.files.get(path)?;
        Some(FileStatus {
            kind: FileKind::File,
            size: file.len().try_into().expect("files are small"),
        })
    }

    fn run(&mut self, call: &Call) -> Ended {
        let mut program = Program {
            computer: self,
            call,
            output: Vec::new(),
            read: 0,
        };
        let status = program.main();
        let (output, stdin_read) = (program.output, program.read);
        for (stream, text) in &output {
            let sink = match stream {
                Stream::Stdout => call.stdout,
                Stream::Stderr => call.stderr,
            };
            if let Sink::Terminal(stream) = sink {
                self.show(stream, text);
            }
        }
        Ended {
            status,
            output,
            stdin_read,
        }
    }
}

const PROGRAMS: [&str; 13] = [
    "cat", "grep", "wc", "seq", "sort", "tr", "head", "tail", "tee", "ls", "args", "both", "fails",
];

struct Program<'a> {
    computer: &'a mut Computer,
    call: &'a Call,
    output: Vec<(Stream, Arc<str>)>,
    read: usize,
}

impl Program<'_> {
    fn main(&mut self) -> u8 {
        let words: Vec<&str> = self.call.argv.iter().map(String::as_str).collect();
        let [name, operands @ ..] = words.as_slice() else {
            return 0;
        };
        match (*name, operands) {
            ("cat", names) => self.cat(names),
            ("grep", ["-q", pattern]) => self.grep(pattern, false),
            ("grep", [pattern]) => self.grep(pattern, true),
            ("wc", ["-l"]) => self.count(|text| text.matches('\n').count()),
            ("wc", ["-w"]) => self.count(|text| text.split_whitespace().count()),
            ("seq", [last]) => {
                let numbers = 1..=number(last);
                self.out(&lined(numbers.map(|number| number.to_string())))
            }
            ("sort", []) => {
                let input = self.input();
                let mut lines: Vec<&str> = input.lines().collect();
                lines.sort_unstable();
                self.out(&lined(lines))
            }
            ("tr", ["-d", set]) => {
                let text = self.input().replace(|c| set.contains(c), "");
                self.out(&text)
            }
            ("tr", ["a-z", "A-Z"]) => {
                let text = self.input().to_uppercase();
                self.out(&text)
            }
            ("head", ["-n", count]) => self.lines(number(count), false),
            ("tail", ["-n", count]) => self.lines(number(count), true),
            ("tee", [name]) => {
                let text = self.input();
                let path = format!("{}/{name}", self.call.cwd);
                if self.computer.write(&path, false, &text).is_err() {
                    return 1;
                }
                self.out(&text)
            }
            ("ls", []) => {
                let names = self.computer.list(&self.call.cwd);
                let names: BTreeSet<String> = names.into_iter().collect();
                self.out(&lined(names))
            }
            ("args", words) => self.arguments(words),
            ("both", []) => {
                self.out("out\n");
                self.error("err\n");
                self.out("out2\n")
            }
            ("fails", [status]) => u8::try_from(number(status)).unwrap_or(1),
            ("env", []) => self.environment(),
            ("touchf" | "mk", names) => self.make(names),
            (name, _) => {
                // Unknown programs are only called on first lines.
                self.error(&format!("bash: line 1: {name}: command not found\n"));
                127
            }
        }
    }

    fn arguments(&mut self, words: &[&str]) -> u8 {
        let shown: String = words.iter().flat_map(|word| ["[", word, "]"]).collect();
        let shown = if words.is_empty() { "[]" } else { &shown };
        self.out(&format!("{}:{shown}\n", words.len()))
    }

    fn environment(&mut self) -> u8 {
        let hidden = ["PATH", "PWD", "OLDPWD", "HOME"];
        let shown = self.call.environment.iter();
        let shown = shown.filter(|(name, _)| !hidden.contains(&name.as_str()));
        let text = lined(shown.map(|(name, value)| format!("{name}={value}")));
        self.out(&text)
    }

    fn out(&mut self, text: &str) -> u8 {
        self.output.push((Stream::Stdout, Arc::from(text)));
        0
    }

    fn error(&mut self, text: &str) {
        self.output.push((Stream::Stderr, Arc::from(text)));
    }

    fn input(&mut self) -> String {
        let text = self.call.stdin.as_deref().unwrap_or("");
        self.read = text.len();
        text.to_owned()
    }

    fn cat(&mut self, names: &[&str]) -> u8 {
        let names = if names.is_empty() { &["-"] } else { names };
        let mut status = 0;
        for name in names {
            if *name == "-" {
                let text = self.input();
                self.out(&text);
                continue;
            }
            let path = if name.starts_with('/') {
                (*name).to_owned()
            } else {
                format!("{}/{name}", self.call.cwd)
            };
            let content = match self.call.files.get(*name) {
                Some(text) => Ok(Arc::clone(text)),
                None => self.computer.read(&path),
            };
            match content {
                Ok(text) => {
                    self.out(&text);
                }
                Err(error) => {
                    self.error(&format!("cat: {name}: {error}\n"));
                    status = 1;
                }
            }
        }
        status
    }

    fn grep(&mut self, pattern: &str, show: bool) -> u8 {
        let input = self.input();
        let found: Vec<&str> = input
            .lines()
            .filter(|line| line.contains(pattern))
            .collect();
        if show {
            let text = lined(found.iter().copied());
            self.out(&text);
        }
        u8::from(found.is_empty())
    }

    fn count(&mut self, count: fn(&str) -> usize) -> u8 {
        let count = count(&self.input());
        self.out(&format!("{count}\n"))
    }

    fn lines(&mut self, count: usize, last: bool) -> u8 {
        let input = self.input();
        let lines: Vec<&str> = input.lines().collect();
        let skipped = if last {
            lines.len().saturating_sub(count)
        } else {
            0
        };
        let kept = lines.iter().skip(skipped).take(count);
        let text = lined(kept.copied());
        self.out(&text)
    }

    fn make(&mut self, names: &[&str]) -> u8 {
        for name in names {
            let path = format!("{}/{name}", self.call.cwd);
            if let Some((directory, _)) = path.rsplit_once('/') {
                self.computer.directories.insert(directory.to_owned());
            }
            if self.computer.write(&path, false, "").is_err() {
                return 1;
            }
        }
        0
    }
}

/// Each text with a line break.
fn lined<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0).min(1_000)
}
