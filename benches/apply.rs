//! Applies of many resources. The peak of memory is in the speed table (`speed.rs`).

#[path = "subject/apply.rs"]
mod apply;
#[path = "subject/scenario.rs"]
mod scenario;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leaselab::simulation::Recording;

fn applies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("apply");
    group.sample_size(10);
    for case in apply::CASES {
        for resources in [1_000, 10_000, 100_000] {
            let scenario = scenario::parse("many", apply::yaml(case, resources).as_bytes());
            group.throughput(Throughput::Elements(u64::from(resources)));
            group.bench_function(BenchmarkId::new(case.name, resources), |bencher| {
                bencher.iter(|| scenario::replay(&scenario, 0, Recording::Off));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, applies);
criterion_main!(benches);
