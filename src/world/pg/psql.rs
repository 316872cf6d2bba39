//! `psql`: a command that connects, sends one statement, and prints what it brings.

use crate::command::failure::Failure;
use crate::command::psql::{PsqlCommand, PsqlStatement, print_ended, print_locks};
use crate::service::postgres::{Rows, Schema, Statement};
use crate::service::{self};
use crate::terraform::backend::pg::{ConnectionId, SqlCall, SqlRows, SqlSuccess};
use crate::terraform::backend::{Outgoing, Request, Success};
use crate::terraform::transcript::Stream;
use crate::terraform::{RequestKind, RunId};
use crate::world::files::end;
use crate::world::run::Runner;
use crate::world::{Agenda, Answer, Lane, World};

/// What psql says of a connection that can't be made.
const NO_CONNECTION: &str =
    "psql: error: connection to server at \"db\" (10.0.0.4), port 5432 failed: ";
/// What it says of one that was closed.
const CLOSED: &str = "server closed the connection unexpectedly\n\tThis probably means the server \
                      terminated abnormally\n\tbefore or while processing the request.";

impl World {
    /// `psql` connects.
    pub(in crate::world) fn begin_psql(&mut self, run: RunId, agenda: &mut Agenda) {
        let out = Outgoing {
            kind: RequestKind::Connect,
            request: Request::Sql(SqlCall::Connect),
        };
        self.send(run, Lane::Main, out, false, agenda);
    }

    /// What a `psql` command waits for has come: the connection, or what the statement brought.
    pub(in crate::world) fn go_on_psql(
        &mut self,
        run: RunId,
        kind: RequestKind,
        answer: Answer,
        agenda: &mut Agenda,
    ) {
        if !self.run(run).is_alive() {
            return;
        }
        let Runner::Psql(command) = &self.run(run).runner else {
            unreachable!("only psql waits for such an answer")
        };
        let command = command.clone();
        let is_connecting = kind == RequestKind::Connect;
        let exit = 2;
        let prefix = if is_connecting { NO_CONNECTION } else { "" };
        match answer {
            Answer::Success(Success::Sql(SqlSuccess::Connected(connection))) => {
                self.ask(run, &command, connection, agenda);
            }
            Answer::Success(Success::Sql(SqlSuccess::Rows(rows))) => {
                let text = printed(&command, &rows);
                self.write_text(run, Stream::Stdout, &text);
                self.end_run(run, end(0), None, agenda.now);
            }
            Answer::Refused(service::Refusal::Postgres(refusal)) => {
                let severity = refusal.severity().name();
                let text = format!("{prefix}{severity}:  {}", refusal.text());
                let exit = if is_connecting { exit } else { 1 };
                self.fail_saying(run, Failure { text, exit }, agenda);
            }
            Answer::Success(_)
            | Answer::Refused(_)
            | Answer::Failed(_)
            | Answer::Closed(_)
            | Answer::Reset => {
                let text = format!("{prefix}{CLOSED}");
                self.fail_saying(run, Failure { text, exit }, agenda);
            }
        }
    }

    fn ask(
        &mut self,
        run: RunId,
        command: &PsqlCommand,
        connection: ConnectionId,
        agenda: &mut Agenda,
    ) {
        let (kind, statement) = match &command.statement {
            PsqlStatement::Locks { filter, .. } => {
                (RequestKind::SelectLocks, Statement::SelectLocks(*filter))
            }
            PsqlStatement::Terminate(session) => (
                RequestKind::TerminateBackend,
                Statement::TerminateBackend(*session),
            ),
            PsqlStatement::TerminateHolders(filter) => (
                RequestKind::TerminateBackend,
                Statement::TerminateHolders(*filter),
            ),
        };
        let call = SqlCall::Run {
            connection,
            schema: Schema::States,
            statement,
        };
        let request = Request::Sql(call);
        self.send(run, Lane::Main, Outgoing { kind, request }, false, agenda);
    }
}

fn printed(command: &PsqlCommand, rows: &SqlRows) -> String {
    match (&command.statement, rows) {
        (PsqlStatement::Locks { columns, .. }, Rows::Locks(locks)) => {
            print_locks(columns, locks, command.format)
        }
        (_, Rows::Bool(was_there)) => print_ended(&[*was_there], command.format),
        (_, Rows::Ended(ended)) => print_ended(ended, command.format),
        (_, Rows::Locks(_) | Rows::Done | Rows::NoRow | Rows::Tried { .. } | Rows::Data(_)) => {
            String::new()
        }
    }
}
