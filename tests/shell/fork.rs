//! A machine cloned at any request goes on as the original does.

use leaselab::shell::{Answer, Machine, parse};

use super::computer::{Computer, environment};
use super::oracle::rows;

#[test]
fn a_fork_at_every_request_ends_alike() {
    for row in rows() {
        let script = parse(&row.script).unwrap();
        let mut machine = Machine::new(&script, environment());
        let mut computer = Computer::new();
        let mut answer = Answer::Start;
        let mut forks = Vec::new();
        let last = loop {
            let request = machine.resume(answer.clone());
            let (fork, elsewhere) = (machine.clone(), computer.clone());
            match computer.answer(&request) {
                Some(next) => answer = next,
                None => break request,
            }
            forks.push((fork, elsewhere, request));
        };
        for (mut fork, mut elsewhere, request) in forks {
            let answer = elsewhere.answer(&request).unwrap();
            let ending = elsewhere.finish(&mut fork, answer);
            assert_eq!((&ending, &elsewhere), (&last, &computer), "{}", row.script);
        }
    }
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_again() {
    for row in rows() {
        let script = parse(&row.script).unwrap();
        let mut machine = Machine::new(&script, environment());
        let mut computer = Computer::new();
        let mut request = machine.resume(Answer::Start);
        while let Some(answer) = computer.answer(&request) {
            if answer != Answer::Slept {
                assert_eq!(machine.resume(Answer::Slept), request);
            }
            assert_eq!(machine.resume(Answer::Start), request);
            request = machine.resume(answer);
        }
        assert_eq!(
            machine.resume(Answer::Slept),
            request,
            "the end is repeated"
        );
    }
}
