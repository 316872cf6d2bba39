//! The article's scenario through the public API.

#[path = "subject/article.rs"]
mod article;
#[path = "subject/scenario.rs"]
mod scenario;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leaselab::simulation::Recording;

fn replays(criterion: &mut Criterion) {
    let article = article::article();
    let mut group = criterion.benchmark_group("article");
    group.throughput(Throughput::Elements(1));
    let mut seeds = 0_u64..;
    let mut seed = move || seeds.next().expect("there are enough seeds");
    for (name, recording) in [
        ("recording_off", Recording::Off),
        ("recording_on", Recording::On),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| scenario::replay(&article, seed(), recording));
        });
    }
    group.bench_function("text_timeline", |bencher| {
        bencher.iter(|| article::render(&article, seed()));
    });
    group.finish();
}

criterion_group!(benches, replays);
criterion_main!(benches);
