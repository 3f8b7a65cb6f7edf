package dev.suffice.server.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a job told, in order, for any number of listeners that come and go. Of the previews in it only the newest is kept. Thread-safe.
 */
public final class EventLog {
    static final String PREVIEWS = "previews";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<JobEvent> events = new ArrayList<>();
    private int listeners;
    private boolean ended;

    /** Adds an event; the last one ends the log. */
    void add(String name, ObjectNode data, boolean last) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (data.has(PREVIEWS) || last) {
                forgetPreviews();
            }
            events.add(new JobEvent(events.size() + 1L, name, data));
            ended = last;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forgetPreviews() {
        for (int i = events.size() - 1; i >= 0; i--) {
            var event = events.get(i);
            if (event.data().has(PREVIEWS)) {
                var without = event.data().deepCopy();
                without.remove(PREVIEWS);
                events.set(i, new JobEvent(event.id(), event.name(), without));
                return;
            }
        }
    }

    /**
     * The events after one, waiting for the next if there is none yet.
     *
     * @param id of the last event known; 0 for none
     * @param patience how long to wait
     * @return empty if nothing came, or nothing will
     */
    public List<JobEvent> after(long id, Duration patience) throws InterruptedException {
        var left = patience.toNanos();
        lock.lock();
        try {
            while (events.size() <= id && !ended && left > 0) {
                left = more.awaitNanos(left);
            }
            return id >= events.size() ? List.of() : List.copyOf(events.subList((int) Math.max(id, 0), events.size()));
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end; whether it came in time. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        var left = patience.toNanos();
        lock.lock();
        try {
            while (!ended && left > 0) {
                left = more.awaitNanos(left);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no event after that one will come. */
    public boolean endsAt(long id) {
        lock.lock();
        try {
            return ended && id >= events.size();
        } finally {
            lock.unlock();
        }
    }

    /** Someone watches from now on: previews are worth their computation. */
    public void watch() {
        count(1);
    }

    /** They watch no more. */
    public void unwatch() {
        count(-1);
    }

    private void count(int change) {
        lock.lock();
        try {
            listeners += change;
        } finally {
            lock.unlock();
        }
    }

    boolean watched() {
        lock.lock();
        try {
            return listeners > 0;
        } finally {
            lock.unlock();
        }
    }
}
