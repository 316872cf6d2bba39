"""The two models on SimPy. Prints how much it did in a second: events of HOLD, or runs."""

import random
import sys
import time

import simpy

PENDING = 1_024
EVENTS = 300_000
RUNS = 300
CLIENTS = 2
ROUND_TRIPS = 60
PAUSE_S = 10.0
LEASE_S = 60.0


def hold():
    draws = random.Random(42)
    env = simpy.Environment()
    enough = env.event()
    occurred = 0

    def timer():
        nonlocal occurred
        while True:
            yield env.timeout(draws.expovariate(1.0))
            occurred += 1
            if occurred == EVENTS:
                enough.succeed()

    for _ in range(PENDING):
        env.process(timer())
    env.run(until=enough)
    return EVENTS


def renewals_once(seed):
    draws = random.Random(seed)
    env = simpy.Environment()
    leases = {}
    successes = 0

    def latency():
        return draws.randint(1, 50) / 1_000

    def client(name):
        nonlocal successes
        for sent in range(ROUND_TRIPS):
            yield env.timeout(latency())
            if sent == 0:
                is_success = leases.get(name, 0.0) <= env.now
            else:
                is_success = name in leases
            if is_success:
                leases[name] = env.now + LEASE_S
            yield env.timeout(latency())
            successes += is_success
            if sent + 1 < ROUND_TRIPS:
                yield env.timeout(PAUSE_S)

    for name in range(CLIENTS):
        env.process(client(name))
    env.run()
    assert successes == CLIENTS * ROUND_TRIPS
    return env.now


def renewals():
    for seed in range(RUNS):
        renewals_once(seed)
    return RUNS


work = {"hold": hold, "renewals": renewals}[sys.argv[1]]
start = time.perf_counter()
units = work()
print(units / (time.perf_counter() - start))
