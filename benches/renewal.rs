//! Ten minutes of renewals: a hand-written loop, kernel and azure, and the public API.

#[path = "subject/renewal.rs"]
mod renewal;
#[path = "subject/scenario.rs"]
mod scenario;
#[path = "subject/ten_minutes.rs"]
mod ten_minutes;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leaselab::simulation::Recording;

fn renewals(criterion: &mut Criterion) {
    let ten_minutes = ten_minutes::renewals();
    let mut group = criterion.benchmark_group("renewal");
    group.throughput(Throughput::Elements(1));
    let mut seeds = 0_u64..;
    let mut seed = move || seeds.next().expect("there are enough seeds");
    group.bench_function("hand_written", |bencher| {
        bencher.iter(|| renewal::hand_written(seed()));
    });
    group.bench_function("kernel_and_azure", |bencher| {
        bencher.iter(|| renewal::kernel_and_azure(seed()));
    });
    for (name, recording) in [
        ("public_api_recording_off", Recording::Off),
        ("public_api_recording_on", Recording::On),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| scenario::replay(&ten_minutes, seed(), recording));
        });
    }
    group.finish();
}

criterion_group!(benches, renewals);
criterion_main!(benches);
