//! Test results as JUnit XML, which CI servers read.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// A test, as a CI server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitCase {
    /// The name.
    pub name: String,
    /// The file that it came from.
    pub class: String,
    /// How long it took, in microseconds of real time, where that is known.
    pub real_us: Option<u64>,
    /// `None` where it passed.
    pub failure: Option<JunitFailure>,
}

/// Why a test failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitFailure {
    /// Which kind of failure: `expectation`, `blocked`.
    pub kind: String,
    /// In a line.
    pub message: String,
    /// In full.
    pub details: String,
}

/// The tests as one suite, in the format of Jenkins' JUnit plugin.
pub fn junit(suite: &str, cases: &[JunitCase]) -> String {
    let mut tests = TestSuite::new(suite);
    for case in cases {
        tests.add_test_case(test_case(case));
    }
    let mut report = Report::new("leaselab");
    report.add_test_suite(tests);
    let text = report
        .to_string()
        .expect("text without control characters is XML");
    // The root has no such attribute in the schema that CI servers validate against; the first one
    // is the root's, because a quote in a name is written as `&quot;`.
    text.replacen(" skipped=\"0\"", "", 1)
}

#[expect(
    clippy::disallowed_types,
    reason = "a span of real time that somebody else measured, as quick-junit takes it"
)]
fn test_case(case: &JunitCase) -> TestCase {
    let status = match &case.failure {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_message(failure.message.as_str())
                .set_type(failure.kind.as_str())
                .set_description(failure.details.as_str());
            status
        }
    };
    let mut test = TestCase::new(case.name.as_str(), status);
    test.set_classname(case.class.as_str());
    if let Some(real_us) = case.real_us {
        test.set_time(core::time::Duration::from_micros(real_us));
    }
    test
}
