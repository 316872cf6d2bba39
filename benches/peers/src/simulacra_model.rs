//! The two models on simulacra.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulacra::{Duration, NodeContext, NodeId, Simulation, TaskSimBuilder, Time, TopologyBuilder};

use crate::hold::Delays;
use crate::renewal::{CLIENTS, Event, Lease, Outcome, PAUSE_MS, ROUND_TRIPS, id_of, latency_ms};

/// HOLD on simulacra's event loop.
pub(crate) fn hold(pending: u32, events: u64) -> u64 {
    let mut delays = Delays::new();
    let mut simulation = Simulation::with_capacity(usize::try_from(pending).unwrap() + 1);
    for id in 0..pending {
        simulation.schedule(Time::from_nanos(delays.next()), id);
    }
    let mut occurred = 0;
    let (statistics, _) = simulation.run_until(|simulation, id| {
        occurred += 1;
        simulation.schedule_in(Duration::from_nanos(delays.next()), id);
        occurred < events
    });
    statistics.events_processed
}

/// The hand-written loop's model, with simulacra's event loop in place of the heap.
pub(crate) fn renewals(seed: u64) -> Outcome {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = move || Duration::from_millis(latency_ms(rng.next_u64()));
    let mut simulation = Simulation::with_capacity(8);
    let mut leases = [Lease::default(); CLIENTS];
    let mut sent = [0_u32; CLIENTS];
    let mut successes = 0;
    for client in 0..CLIENTS {
        simulation.schedule(Time::ZERO, Event::Due(client));
    }
    let statistics = simulation.run(|simulation, event| match event {
        Event::Due(client) => {
            sent[client] += 1;
            simulation.schedule_in(draw(), Event::Request(client));
        }
        Event::Request(client) => {
            let now = simulation.now().as_nanos() / 1_000_000;
            let is_success = leases[client].handle(now, id_of(client), sent[client]);
            simulation.schedule_in(draw(), Event::Answer(client, is_success));
        }
        Event::Answer(client, is_success) => {
            successes += u32::from(is_success);
            if sent[client] < ROUND_TRIPS {
                simulation.schedule_in(Duration::from_millis(PAUSE_MS), Event::Due(client));
            }
        }
    });
    Outcome {
        successes,
        events: u32::try_from(statistics.events_processed).unwrap(),
        end_ms: statistics.final_time.as_nanos() / 1_000_000,
    }
}

/// Tasks that exchange messages over links of 25 ms, and no lease: the least that can be done.
pub(crate) fn renewals_by_tasks(seed: u64) -> u64 {
    let service = NodeId(0);
    let latency = Duration::from_millis(25);
    let topology = TopologyBuilder::new(1 + CLIENTS)
        .link(0_u32, 1_u32, latency)
        .link(0_u32, 2_u32, latency)
        .build();
    let simulation = TaskSimBuilder::<bool>::new(topology, seed).build(
        move |node: NodeContext<bool>| async move {
            if node.id() == service {
                let requests = CLIENTS * usize::try_from(ROUND_TRIPS).unwrap();
                for _ in 0..requests {
                    let request = node.recv().await;
                    node.send(request.src, true).await;
                }
            } else {
                for _ in 0..ROUND_TRIPS {
                    node.send(service, false).await;
                    node.recv().await;
                    node.sleep(Duration::from_millis(PAUSE_MS)).await;
                }
            }
        },
    );
    simulation.run().final_time.as_nanos()
}
