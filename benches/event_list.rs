//! The event list beside a bare heap: HOLD with few, many and very many pending events.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_arithmetic,
    reason = "exponential delays"
)]

#[path = "subject/hold.rs"]
mod hold;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const EVENTS: u64 = 100_000;

fn hold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hold");
    group.throughput(Throughput::Elements(EVENTS));
    for pending in [16, 1_024, 65_536] {
        group.bench_with_input(
            BenchmarkId::new("bare_heap", pending),
            &pending,
            |bencher, pending| bencher.iter(|| hold::bare_heap(*pending, EVENTS)),
        );
        group.bench_with_input(
            BenchmarkId::new("event_list", pending),
            &pending,
            |bencher, pending| bencher.iter(|| hold::event_list(*pending, EVENTS)),
        );
    }
    group.finish();
}

criterion_group!(benches, hold);
criterion_main!(benches);
