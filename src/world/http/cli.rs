//! `curl`: commands that send one request to the server, and print its answer.

use std::sync::Arc;

use serde_json::Value;

use crate::command::az::document;
use crate::command::curl::{self, CurlCommand, Data, Method, Place};
use crate::command::failure::Failure;
use crate::service::http::{Answered, Body, Call, Flavor, Status};
use crate::service::{self};
use crate::terraform::backend::http::{HttpCall, HttpResponse, LockBody, StateBody};
use crate::terraform::backend::{self, Backend, Outgoing, Request};
use crate::terraform::process::FileContent;
use crate::terraform::transcript::Stream;
use crate::terraform::{
    LockId, LockInfo, LockOperation, OperatorId, RequestKind, RunId, state_file,
};
use crate::world::files::end;
use crate::world::run::Runner;
use crate::world::{Agenda, Answer, Lane, World};

impl World {
    /// A `curl` command sends its one request, if the server knows it.
    pub(in crate::world) fn begin_curl(
        &mut self,
        run: RunId,
        command: &CurlCommand,
        agenda: &mut Agenda,
    ) {
        let Backend::Http(options) = self.scenario.backend else {
            return self.fail_saying(run, curl::lost(), agenda);
        };
        let content = match self.sent_content(run, command) {
            Ok(content) => content,
            Err(failure) => return self.fail_saying(run, failure, agenda),
        };
        let operator = self.run(run).operator;
        let lock = |content: FileContent| lock_body(content, operator, agenda);
        let (kind, call) = match (command.to, options.server, command.method) {
            (Place::State, _, Method::Get) => (RequestKind::Get, Call::Get),
            (Place::State, _, Method::Post | Method::Put) => {
                let save = Call::Save {
                    content: state_body(content),
                    id: command.id.as_deref().map(lock_id),
                };
                (RequestKind::PutState, save)
            }
            (Place::State, _, Method::Delete) => (RequestKind::DeleteState, Call::Delete),
            (Place::State, Flavor::Open | Flavor::Fenced, Method::Lock)
            | (Place::Lock, Flavor::Gitlab, Method::Post) => {
                (RequestKind::HttpLock, Call::Lock(lock(content)))
            }
            (Place::State, Flavor::Open | Flavor::Fenced, Method::Unlock)
            | (Place::Lock, Flavor::Gitlab, Method::Delete) => {
                let body = match (&command.id, &command.data) {
                    (None, None) => Body::Empty,
                    (Some(id), None) => Body::Of(lock(FileContent::Text(
                        format!("{{\"ID\":\"{id}\"}}").into(),
                    ))),
                    (_, Some(_)) => Body::Of(lock(content)),
                };
                (RequestKind::HttpUnlock, Call::Unlock(body))
            }
            (Place::State, Flavor::Gitlab, Method::Lock | Method::Unlock)
            | (Place::Lock, Flavor::Gitlab, _) => {
                return self.print_curl(run, command, &nothing(Status::MethodNotAllowed), agenda);
            }
            (Place::Lock, Flavor::Open | Flavor::Fenced, _) => {
                return self.print_curl(run, command, &nothing(Status::NotFound), agenda);
            }
        };
        self.send_curl(run, (kind, call), agenda);
    }

    fn send_curl(
        &mut self,
        run: RunId,
        (kind, call): (RequestKind, HttpCall),
        agenda: &mut Agenda,
    ) {
        let request = Request::Http {
            call,
            is_reachable: true,
        };
        self.send(run, Lane::Main, Outgoing { kind, request }, false, agenda);
    }

    fn sent_content(&self, run: RunId, command: &CurlCommand) -> Result<FileContent, Failure> {
        match &command.data {
            None => Ok(FileContent::Empty),
            Some(Data::Text(text)) if text.is_empty() => Ok(FileContent::Empty),
            Some(Data::Text(text)) => Ok(FileContent::Text(Arc::clone(text))),
            Some(Data::File(file)) => {
                let found = self.find_file(self.run(run).operator, file);
                found.map_err(|_| curl::no_such_file(file))
            }
        }
    }

    /// The answer to a `curl` command: it prints it and exits.
    pub(in crate::world) fn end_curl(&mut self, run: RunId, answer: Answer, agenda: &Agenda) {
        if !self.run(run).is_alive() {
            return;
        }
        let Runner::Curl(command) = &self.run(run).runner else {
            unreachable!("only curl waits for such an answer")
        };
        let command = command.clone();
        match answer {
            Answer::Success(backend::Success::Http(response)) => {
                self.print_curl(run, &command, &response, agenda);
            }
            Answer::Refused(service::Refusal::Http(refusal)) => {
                self.print_curl(run, &command, &nothing(refusal.status), agenda);
            }
            Answer::Success(_)
            | Answer::Refused(_)
            | Answer::Failed(_)
            | Answer::Closed(_)
            | Answer::Reset => {
                self.fail_saying(run, curl::lost(), agenda);
            }
        }
    }

    fn print_curl(
        &mut self,
        run: RunId,
        command: &CurlCommand,
        response: &HttpResponse,
        agenda: &Agenda,
    ) {
        let status = response.status;
        if command.shows_status {
            let line = format!("HTTP/1.1 {status}\n\n");
            self.write_text(run, Stream::Stdout, &line);
        }
        if command.fails && status.http_status() >= 400 {
            let failure = curl::refused(status.http_status());
            return self.fail_saying(run, failure, agenda);
        }
        let content = match &response.body {
            Answered::Nothing
            | Answered::Content(StateBody::Empty)
            | Answered::Holder(LockBody::Empty) => FileContent::Empty,
            Answered::Content(StateBody::State(file)) => FileContent::State(Arc::clone(file)),
            Answered::Content(StateBody::Text(text)) | Answered::Holder(LockBody::Text(text)) => {
                FileContent::Text(Arc::clone(text))
            }
            Answered::Holder(LockBody::Info(info)) => FileContent::LockInfo(*info),
        };
        if let Some(file) = &command.file {
            let operator = self.run(run).operator;
            let stored = self.store_file(operator, file, content, agenda.now);
            if stored.is_err() {
                return self.fail_saying(run, curl::not_written(file), agenda);
            }
        } else {
            let text = match &content {
                FileContent::Empty | FileContent::Plan(_) => String::new(),
                FileContent::State(file) => state_file::write(&self.names, file),
                FileContent::Text(text) => text.to_string(),
                FileContent::LockInfo(info) => {
                    document::lock_info(info, &self.names.lock_path(), &self.names)
                }
            };
            self.write_text(run, Stream::Stdout, &text);
        }
        self.end_run(run, end(0), None, agenda.now);
    }
}

const fn nothing(status: Status) -> HttpResponse {
    HttpResponse {
        status,
        body: Answered::Nothing,
    }
}

/// An ID as it was typed; one that is longer than any lock's is none's.
fn lock_id(text: &str) -> LockId {
    LockId::new(text).unwrap_or(LockId::uuid(0))
}

fn state_body(content: FileContent) -> StateBody {
    match content {
        FileContent::Empty => StateBody::Empty,
        FileContent::State(file) => StateBody::State(file),
        FileContent::Text(text) => StateBody::Text(text),
        FileContent::LockInfo(_) => StateBody::Text("lock info".into()),
        FileContent::Plan(_) => StateBody::Text("a saved plan".into()),
    }
}

/// What a lock is taken or given back with: lock info, if the text has an ID.
fn lock_body(content: FileContent, who: OperatorId, agenda: &Agenda) -> LockBody {
    let text: Arc<str> = match content {
        FileContent::LockInfo(info) => return LockBody::Info(info),
        FileContent::Text(text) => text,
        FileContent::Empty => return LockBody::Empty,
        FileContent::State(_) => "a state".into(),
        FileContent::Plan(_) => "a saved plan".into(),
    };
    let read: Option<Value> = serde_json::from_str(&text).ok();
    let id = { read.as_ref() }.and_then(|info| LockId::new(info.get("ID")?.as_str()?));
    id.map_or(LockBody::Text(text), |id| {
        LockBody::Info(LockInfo {
            id,
            operation: LockOperation::Apply,
            who,
            created: agenda.now,
        })
    })
}
